# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that is in an account, less what AWS makes up anew each time: what two runs left behind can so be compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MADE_UP = {
    "AutoScalingGroupARN",
    "CreateDate",
    "CreateTime",
    "CreatedTime",
    "InstanceId",
    "InstanceProfileId",
    "InstanceProfileList",
    "LaunchConfigurationARN",
    "LaunchTemplateId",
    "ResponseMetadata",
    "RoleId",
}


def all_of(account: Any) -> dict[str, Any]:
    iam, ec2, autoscaling = (account.client(service) for service in ("iam", "ec2", "autoscaling"))
    templates = ec2.describe_launch_templates()["LaunchTemplates"]
    return plain(
        {
            "roles": iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"],
            "descriptions": [(one["RoleName"], one.get("Description"), one["MaxSessionDuration"]) for one in iam.list_roles()["Roles"]],
            "profiles": iam.list_instance_profiles()["InstanceProfiles"],
            "templates": templates,
            "versions": [
                ec2.describe_launch_template_versions(LaunchTemplateName=one["LaunchTemplateName"])["LaunchTemplateVersions"] for one in templates
            ],
            "configurations": autoscaling.describe_launch_configurations()["LaunchConfigurations"],
            "groups": [{**one, "hooks": hooks(autoscaling, one)} for one in autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]],
        }
    )


def hooks(autoscaling: Any, group: Mapping[str, Any]) -> list[Any]:
    return autoscaling.describe_lifecycle_hooks(AutoScalingGroupName=group["AutoScalingGroupName"])["LifecycleHooks"]


def plain(value: Any) -> Any:
    """The same value without what is made up, and with lists in an order of their own."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items() if key not in MADE_UP}
    if isinstance(value, (list, tuple)):
        return sorted((plain(item) for item in value), key=repr)
    return value
