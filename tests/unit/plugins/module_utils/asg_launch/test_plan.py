# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a launch template and a group become one plan."""

from __future__ import annotations

import botocore.session
import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.asg_launch.plan import plan
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused, StillUsed
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import Action, Later
from ansible_collections.passrole.ec2.plugins.module_utils.core.tags import tag_list
from ansible_collections.passrole.ec2.plugins.module_utils.launch_template.state import SIGN
from ansible_collections.passrole.ec2.plugins.modules.asg_launch_with_profile import OPTIONS

MODELS = {name: botocore.session.get_session().get_service_model(name) for name in ("ec2", "autoscaling")}
TEMPLATE = {
    "LaunchTemplateId": "lt-1",
    "LaunchTemplateName": "web",
    "VersionNumber": 1,
    "DefaultVersion": True,
    "LaunchTemplateData": {
        "ImageId": "ami-1",
        "IamInstanceProfile": {"Name": "web"},
        "MetadataOptions": {"HttpTokens": "required"},
    },
}
GROUP = {
    "AutoScalingGroupName": "web",
    "MinSize": 1,
    "MaxSize": 2,
    "AvailabilityZones": ["eu-west-1a"],
    "LaunchTemplate": {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "web", "Version": "1"},
}
PROFILE = {"InstanceProfile": {"Arn": "arn:aws:iam::1:instance-profile/web", "Roles": [{"RoleName": "app"}]}}


class Account:
    """What a plan reads of AWS, answered from what a test says is there."""

    region = "eu-west-1"

    def __init__(self, template=None, group=None, tags=None, **answers):
        self.read = []
        self._answers = {
            "describe_launch_template_versions": {"LaunchTemplateVersions": [template]} if template else None,
            "describe_launch_templates": {"LaunchTemplates": [{"Tags": tag_list(SIGN if tags is None else tags)}]},
            "describe_auto_scaling_groups": {"AutoScalingGroups": [group] if group else []},
            "get_instance_profile": PROFILE,
            "describe_instance_refreshes": {"InstanceRefreshes": []},
            "describe_images": {},
            "describe_availability_zones": {},
            "describe_subnets": {},
            **answers,
        }

    def find(self, _service, operation, **_params):
        self.read.append(operation)
        return self._answers[operation]

    def model(self, service):
        return MODELS[service]

    def request(self, service, operation):
        return MODELS[service].operation_model(operation).input_shape


def asked(**options):
    defaults = {name: option.get("default") for name, option in OPTIONS.items()}
    said = {"name": "web", "instance_profile": "web", "launch_template": {"image_id": "ami-1"}, "builds_on": []}
    return {**defaults, **said, **options}


def group_asked(**options):
    return asked(min_size=1, max_size=2, availability_zones=["eu-west-1a"], **options)


def told(params, account):
    return [step.summary for step in plan(params, account) if isinstance(step, Action)]


def test_the_template_comes_before_the_group_that_launches_from_it():
    assert told(group_asked(), Account()) == [
        "create launch template web with instance profile web",
        "create group web of 1 to 2 instances",
    ]


def test_the_group_goes_before_the_template_it_launches_from():
    assert told(asked(state="absent"), Account(TEMPLATE, GROUP)) == [
        "scale group web to no instances",
        "delete group web",
        "delete launch template web",
    ]


def test_a_template_that_another_group_launches_from_stays_unless_forced():
    groups = {"describe_auto_scaling_groups": {"AutoScalingGroups": [GROUP, {**GROUP, "AutoScalingGroupName": "other"}]}}
    with pytest.raises(StillUsed) as refusal:
        plan(asked(state="absent"), Account(TEMPLATE, **groups))
    assert str(refusal.value) == (
        "state: launch template web is still used in eu-west-1 by group other; without it they launch nothing any more. "
        "Move or delete them first, or set force_delete_launch_template: true"
    )
    assert told(asked(state="absent", force_delete_launch_template=True), Account(TEMPLATE, **groups))[-1] == "delete launch template web"


def test_a_template_alone_is_used_by_the_group_of_its_name_too():
    alone = asked(name=None, launch_template={"name": "web"}, state="absent")
    with pytest.raises(StillUsed, match="by group web"):
        plan(alone, Account(TEMPLATE, GROUP))
    assert told({**alone, "builds_on": [{"outcome": {"auto_scaling_group": {"web": None}}}]}, Account(TEMPLATE, GROUP)) == ["delete launch template web"]


def test_what_is_absent_has_no_users_to_look_for():
    account = Account()
    assert told(asked(name=None, launch_template={"name": "web"}, state="absent"), account) == []
    assert account.read == ["describe_launch_template_versions"]


def test_later_tasks_are_told_what_the_template_and_the_group_launch_with():
    assert plan(group_asked(), Account()).outcome == {
        "launch_template": {"web": {"instance_profile": "web"}},
        "auto_scaling_group": {"web": {"launch_template_name": "web", "instance_profile": "web"}},
    }


@pytest.mark.parametrize("word", ["version", "default_version"])
def test_later_tasks_are_not_told_of_versions_that_nobody_read(word):
    outcome = plan(group_asked(launch_template={"image_id": "ami-1", word: "1"}), Account(TEMPLATE, GROUP)).outcome
    assert (outcome["launch_template"]["web"] == {}) == (word == "default_version")
    assert outcome["auto_scaling_group"]["web"]["instance_profile"] == "web"


def test_a_new_group_is_pinned_to_the_number_that_aws_will_tell():
    create = [step for step in plan(group_asked(), Account()) if step.operation == "create_auto_scaling_group"][0]
    assert isinstance(create.params["LaunchTemplate"]["Version"], Later)


def test_a_group_follows_the_latest_version_only_when_asked():
    asked_for = group_asked(launch_template={"image_id": "ami-1", "version": "$Latest"})
    update = [step for step in plan(asked_for, Account(TEMPLATE, GROUP)) if isinstance(step, Action)][0]
    assert update.params["LaunchTemplate"] == {"LaunchTemplateId": "lt-1", "Version": "$Latest"}


def test_an_unchanged_declaration_costs_two_reads():
    account = Account(TEMPLATE, GROUP)
    assert told(group_asked(), account) == []
    assert account.read == ["describe_launch_template_versions", "describe_auto_scaling_groups"]


def test_what_the_plan_relies_on_is_looked_for_when_there_is_something_to_do():
    account = Account(TEMPLATE, GROUP)
    told(group_asked(launch_template={"image_id": "ami-2"}), account)
    assert {"describe_images", "get_instance_profile"} <= set(account.read)


def test_whose_an_unchanged_template_is_does_not_matter_and_is_not_asked():
    account = Account(TEMPLATE, GROUP, tags={})
    assert told(group_asked(), account) == []
    assert "describe_launch_templates" not in account.read


@pytest.mark.parametrize("change", [{"launch_template": {"image_id": "ami-2"}}, {"state": "absent"}])
def test_a_template_of_someone_else_is_left_to_them_unless_adopted(change):
    with pytest.raises(Refused, match="launch template web was made by someone else"):
        plan(group_asked(**change), Account(TEMPLATE, GROUP, tags={}))
    assert told(group_asked(adopt=True, **change), Account(TEMPLATE, GROUP, tags={}))


def test_without_a_name_only_the_template_is_kept():
    assert told(asked(name=None, launch_template={"name": "alone"}), Account()) == [
        "create launch template alone with instance profile web"
    ]


def test_the_template_may_have_another_name_than_the_group():
    assert told(group_asked(launch_template={"name": "other", "image_id": "ami-1"}), Account())[0].startswith(
        "create launch template other"
    )


@pytest.mark.parametrize(
    ("params", "because"),
    [
        (asked(name=None, launch_template={"name": "alone"}, min_size=1), "min_size: belongs to a group; name must be given"),
        (asked(name=None, launch_template={}), r"launch_template\.name: must be given"),
        (group_asked(launch_template={}), r"launch_template\.image_id: must be given for a group"),
        (asked(name=None, launch_template={"name": "alone"}, min_size=0), "min_size: belongs to a group"),
        (asked(name=None, launch_template={"name": "alone"}, load_balancers=[]), "load_balancers: belongs to a group"),
        (asked(instance_profile="two words"), "^instance_profile: two words is neither a name nor the ARN"),
        (asked(state="absent", launch_template={"metadata_options": {"http_token": "x"}}), "did you mean http_tokens"),
        (group_asked(name="no:colon"), "^name: no:colon is no name for a group"),
        (group_asked(name="two words"), r"launch_template\.name: two words .* takes the group's unless given its own"),
        (asked(instance_profile=None), "instance_profile: must be given"),
    ],
)
def test_half_a_request_is_refused(params, because):
    with pytest.raises(Refused, match=because):
        plan(params, Account())


def test_a_profile_nobody_makes_is_refused():
    with pytest.raises(Refused, match="there is no instance profile web"):
        plan(group_asked(), Account(get_instance_profile=None))


def test_a_profile_that_an_earlier_task_makes_is_enough():
    made = [{"outcome": {"instance_profile": {"web": {"path": "/", "role": "app"}}}}]
    assert told(group_asked(builds_on=made), Account(get_instance_profile=None))
