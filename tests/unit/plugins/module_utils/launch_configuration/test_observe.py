# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Auto Scaling's answers about launch configurations are read as."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.earlier import Earlier
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused, Refused
from ansible_collections.passrole.ec2.plugins.module_utils.launch_configuration.observe import (
    observe,
    refuse_missing_parts,
    refuse_missing_security_groups,
)
from ansible_collections.passrole.ec2.plugins.module_utils.launch_configuration.state import Desired

from tests.support.service_models import input_shape

REQUEST = input_shape("autoscaling", "create_launch_configuration")
DATA = {"ImageId": "ami-1", "InstanceType": "t2.micro", "IamInstanceProfile": "app"}
WANT = Desired("web", DATA)
NONE = Earlier()
OLD = datetime(2020, 1, 1, tzinfo=timezone.utc)


def told(name, created="2026-01-01", **more):
    return {"LaunchConfigurationName": name, "LaunchConfigurationARN": "arn", "CreatedTime": created, **DATA, **more}


def profile(role_made=OLD):
    return {"InstanceProfile": {"CreateDate": OLD, "Roles": [{"CreateDate": role_made}]}}


class Account:
    """Answers a plan's reads from what a test says is there, and remembers them."""

    def __init__(self, *configurations, groups=(), **answers):
        self.read = []
        self._answers = {
            "describe_launch_configurations": {"LaunchConfigurations": configurations},
            "describe_auto_scaling_groups": {"AutoScalingGroups": groups},
            "get_instance_profile": profile(),
            **answers,
        }

    def find(self, _service, operation, **_params):
        self.read.append(operation)
        if isinstance(self._answers[operation], Exception):
            raise self._answers[operation]
        return self._answers[operation]


def seen(account, want=WANT, earlier=NONE):
    return observe(want, account.find, earlier, REQUEST)


def test_a_line_is_read_the_oldest_first_and_without_what_only_an_answer_says():
    line = seen(Account(told("web-0123456789ab", "2026-02-01"), told("other"), told("web"))).line
    assert [one.name for one in line] == ["web", "web-0123456789ab"]
    assert line[0].data == DATA


def test_who_uses_a_line_of_one_is_not_asked():
    account = Account(told("web"))
    assert seen(account).users == {}
    assert account.read == ["describe_launch_configurations"]


@pytest.mark.parametrize("want", [WANT, Desired("web", present=False)])
def test_who_uses_what_is_to_go_is_asked_once_for_all_groups(want):
    groups = [{"AutoScalingGroupName": "a", "LaunchConfigurationName": "web"}, {"AutoScalingGroupName": "b"}]
    account = Account(told("web", InstanceType="t3.micro"), groups=groups)
    assert seen(account, want).users == {"a": "web", "b": None}
    assert [one for one in account.read if one != "get_instance_profile"] == ["describe_launch_configurations", "describe_auto_scaling_groups"]


@pytest.mark.parametrize(("tell", "young"), [(profile, False), (lambda: profile(datetime.now(timezone.utc)), True), (lambda: None, False)])
def test_a_profile_is_young_with_its_role_and_is_looked_at_only_for_what_is_to_be_made(tell, young):
    answer = tell()
    assert seen(Account(get_instance_profile=answer)).new_profile == young
    account = Account(told("web"), get_instance_profile=answer)
    assert not seen(account).new_profile and "get_instance_profile" not in account.read


def test_groups_that_earlier_tasks_moved_or_removed_count_as_they_will_be():
    groups = [{"AutoScalingGroupName": name, "LaunchConfigurationName": "web"} for name in ("moved", "removed", "left")]
    earlier = Earlier({"auto_scaling_group": {"moved": {}, "removed": None, "made": {"launch_configuration_name": "web"}}})
    account = Account(told("web", InstanceType="t3.micro"), groups=groups)
    assert seen(account, earlier=earlier).users == {"moved": None, "removed": None, "left": "web", "made": "web"}


def test_a_line_that_an_earlier_task_removed_is_gone_and_not_read():
    account = Account()
    assert seen(account, earlier=Earlier({"launch_configuration": {"web": None}})).line == ()
    assert account.read == []


def test_what_is_not_there_is_refused_at_its_path():
    missing = CallRefused("InvalidAMIID.NotFound", "The image id '[ami-1]' does not exist")
    with pytest.raises(Refused, match=r"launch_configuration\.image_id: The image id '\[ami-1\]' does not exist"):
        refuse_missing_parts(WANT, Account(describe_images=missing).find, NONE)
    with pytest.raises(Refused, match="there is no instance profile app"):
        refuse_missing_parts(WANT, Account(describe_images={}, get_instance_profile=None).find, NONE)


@pytest.mark.parametrize(
    ("operation", "code", "option"),
    [
        ("describe_security_groups", "InvalidGroup.NotFound", "security_groups"),
        ("describe_key_pairs", "InvalidKeyPair.NotFound", "key_name"),
    ],
)
def test_what_else_it_names_is_looked_for_as_a_templates_is(operation, code, option):
    want = Desired("web", {**DATA, "SecurityGroups": ["sg-1", "web"], "KeyName": "ops"})
    answers = {"describe_images": {}, "describe_security_groups": {}, "describe_key_pairs": {}}
    account = Account(**{**answers, operation: CallRefused(code, "it does not exist")})
    with pytest.raises(Refused, match=rf"^launch_configuration\.{option}: there is no \S+: it does not exist"):
        refuse_missing_parts(want, account.find, NONE)


def test_security_groups_are_told_apart_by_id_and_name():
    asked = []
    refuse_missing_security_groups(["sg-1", "web"], lambda _service, _operation, **params: asked.append(params))
    assert asked == [{"GroupIds": ["sg-1"]}, {"GroupNames": ["web"]}]
