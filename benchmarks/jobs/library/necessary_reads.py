# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor: a module that loads boto3, and makes the reads that it takes to know one application, with nothing decided by them."""

from __future__ import annotations

import boto3
from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    module = AnsibleModule({"name": {"type": "str"}, "region": {"type": "str"}, "endpoint_url": {"type": "str"}}, supports_check_mode=True)
    name = module.params["name"]
    where = {"region_name": module.params["region"], "endpoint_url": module.params["endpoint_url"]}
    iam, ec2, autoscaling = (boto3.client(service, **where) for service in ("iam", "ec2", "autoscaling"))
    for read in (
        lambda: iam.get_role(RoleName=name),
        lambda: iam.list_attached_role_policies(RoleName=name),
        lambda: iam.get_instance_profile(InstanceProfileName=name),
        lambda: ec2.describe_launch_template_versions(LaunchTemplateName=name, Versions=["$Latest", "$Default"]),
        lambda: autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name]),
    ):
        try:
            read()
        except Exception:  # pylint: disable=broad-exception-caught
            continue  # there is none: the call was made all the same
    module.exit_json(changed=False)


if __name__ == "__main__":
    main()
