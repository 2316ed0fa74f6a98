# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups leave their launch configurations one by one, a broken off run is taken up, what is used stays, and all of it goes back."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.filter.launch_configuration_moves import launch_configuration_moves
from ansible_collections.passrole.ec2.plugins.module_utils.asg_launch.survey import survey
from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.migration.moves import Asked, moves
from ansible_collections.passrole.ec2.plugins.modules.asg_launch_with_profile_info import OPTIONS

from tests.support.fleets import GROUPS, fleet
from tests.support.contracts.asg_launch_with_profile import IMAGE, profiles
from tests.support.contracts.clients import Door
from tests.support.contracts.contract import defaults

ASSOCIATE = {"strategy": "associate"}
REFRESH = {"strategy": "refresh"}


@pytest.fixture
def legacy(account):
    """Two groups that share a launch configuration, one with its own, one of a stack, one whose configuration has no profile, and one off already."""
    profiles(account)
    configured(account, "shared")
    configured(account, "own")
    configured(account, "bare", IamInstanceProfile="")
    configured(account, "unused")
    stack = [{"Key": "aws:cloudformation:stack-name", "Value": "s", "PropagateAtLaunch": True}]
    for name, source, tags in (("one", "shared", []), ("two", "shared", []), ("three", "own", []), ("stacked", "own", stack), ("bare", "bare", [])):
        grouped(account, name, tags, LaunchConfigurationName=source)
    account.client("ec2").create_launch_template(LaunchTemplateName="modern", LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "t3.micro"})
    grouped(account, "modern", [{"Key": "team", "Value": "web", "PropagateAtLaunch": True}], LaunchTemplate={"LaunchTemplateName": "modern"})
    return account


def configured(account, name, **said):
    data = {"ImageId": IMAGE, "InstanceType": "t2.micro", "IamInstanceProfile": "web", **said}
    account.client("autoscaling").create_launch_configuration(LaunchConfigurationName=name, **{member: value for member, value in data.items() if value})


def grouped(account, name, tags=(), **launch):
    account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name, MinSize=1, MaxSize=1, AvailabilityZones=["eu-west-1a"], Tags=list(tags), **launch
    )


def there(account):
    looked = {"fleet": False, "associations": False, "instance_refreshes": False, "launch_configurations": True}
    return survey({**defaults(OPTIONS), **looked}, Aws(Door(account)))


def asked(account, **said):
    return moves(there(account), Asked(**said))


def done(account, **said):
    """What a play does of it."""
    decided = asked(account, **said)
    for members in (decided["fleet"], decided["delete"]):
        result = fleet(GROUPS, members, account) if members else {}
        assert not result.get("failed"), result
    return decided


def names(decided):
    return [one["name"] for one in decided["fleet"]]


def sources(account):
    told = account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    return {one["AutoScalingGroupName"]: one.get("LaunchConfigurationName") or f"template {one['LaunchTemplate']['LaunchTemplateName']}" for one in told}


def left(account):
    return sorted(one["LaunchConfigurationName"] for one in account.client("autoscaling").describe_launch_configurations()["LaunchConfigurations"])


def test_each_group_moves_to_a_template_of_its_own_and_what_stays_says_why(legacy):
    decided = done(legacy)
    assert decided["plan"] == [
        "one: from launch configuration shared to launch template one",
        "three: from launch configuration own to launch template three",
        "two: from launch configuration shared to launch template two",
    ]
    assert [(one["auto_scaling_group_name"], one["because"]) for one in decided["left_out"]] == [
        ("bare", "launch configuration bare carries no instance profile, and none is given"),
        ("stacked", "it is kept by CloudFormation stack s, which would not know of it"),
    ]
    moved = {"one": "template one", "two": "template two", "three": "template three"}
    assert sources(legacy) == {**moved, "bare": "bare", "stacked": "own", "modern": "template modern"}


def test_what_is_off_already_is_left_alone(legacy):
    done(legacy)
    assert names(asked(legacy)) == []


def test_groups_are_chosen_by_name_and_by_tag(legacy):
    assert names(asked(legacy, names=["two", "modern"])) == ["two"]
    legacy.client("autoscaling").create_or_update_tags(
        Tags=[{"ResourceId": "one", "ResourceType": "auto-scaling-group", "Key": "stage", "Value": "1", "PropagateAtLaunch": False}]
    )
    assert names(asked(legacy, tags={"stage": 1})) == ["one"]
    assert names(asked(legacy, tags={"stage": 2})) == []


def test_what_was_left_out_moves_when_told_how(legacy):
    decided = asked(legacy, kept_elsewhere=True, instance_profile="other")
    assert names(decided) == ["bare", "one", "stacked", "three", "two"]
    assert [one.get("instance_profile") for one in decided["fleet"]] == ["other", None, None, None, None]


def test_a_template_is_named_as_told_or_as_near_to_the_group_as_aws_allows(legacy):
    grouped(legacy, "odd name @ home", LaunchConfigurationName="own")
    decided = asked(legacy, names=["odd name @ home", "one"], template_names={"one": "first"})
    assert [one["launch_template"]["name"] for one in decided["fleet"]] == ["odd-name---home", "first"]


def test_a_run_that_was_broken_off_is_taken_up_where_it_was(legacy):
    done(legacy, names=["one"])
    assert names(asked(legacy)) == ["three", "two"]


REFUSED = {"kind": "error", "code": "ValidationError", "message": "no", "times": None}


@pytest.mark.parametrize("operation", ["CreateLaunchTemplate", "UpdateAutoScalingGroup", "DeleteLaunchConfiguration"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_run_that_fails_at_any_group_is_ended_by_the_next(legacy, operation, number):
    for group in ("one", "two", "three", "stacked"):
        legacy.client("autoscaling").update_auto_scaling_group(AutoScalingGroupName=group, MinSize=0, DesiredCapacity=0)
    way = {"delete": "migrated", "kept_elsewhere": True}
    first = asked(legacy, **way)
    legacy.faults({**REFUSED, "operation": operation, "number": number})
    stopped = [fleet(GROUPS, members, legacy, concurrency=1) for members in (first["fleet"], first["delete"])[: 1 + (operation[0] == "D")]]
    legacy.faults()
    assert any(result.get("failed") for result in stopped) or (operation[0] == "D" and number == 3)
    done(legacy, **way)
    assert sources(legacy) == {name: f"template {name}" for name in ("one", "two", "three", "stacked", "modern")} | {"bare": "bare"}
    assert left(legacy) == ["bare", "unused"]
    assert names(asked(legacy, **way)) == []


def test_instances_that_stayed_behind_are_brought_by_a_later_run(legacy):
    done(legacy)
    [first, *_others] = (decided := asked(legacy, rollout=REFRESH))["fleet"]
    assert decided["plan"][0] == "one: its instances from launch configuration shared to launch template one"
    assert first == {"name": "one", "launch_template": {"name": "one", "source_version": "1", "version": "1"}, "rollout": REFRESH}
    planned = fleet(GROUPS, decided["fleet"], legacy, dry=True)
    assert all("instance refresh" in " ".join(one["plan"]) and "update group" not in " ".join(one["plan"]) for one in planned["results"])


class TestWhatIsDeleted:
    def test_nothing_is_unless_told(self, legacy):
        assert done(legacy)["delete"] == []
        assert left(legacy) == ["bare", "own", "shared", "unused"]

    def test_an_instance_that_runs_keeps_its_launch_configuration(self, legacy):
        decided = done(legacy, delete="migrated")
        assert decided["delete"] == []
        assert decided["kept"][0]["because"] == "group stacked still uses it"
        assert decided["kept"][1]["because"].startswith("instance i-")

    def test_a_refresh_leaves_none_that_does(self, legacy):
        decided = asked(legacy, delete="migrated", rollout=REFRESH)
        assert decided["delete"] == [{"state": "absent", "launch_configuration": {"name": "shared"}}]
        assert [one["launch_configuration_name"] for one in decided["kept"]] == ["own"]
        assert asked(legacy, delete="migrated", rollout={**REFRESH, "wait": False})["delete"] == []

    def test_half_of_its_groups_are_not_enough(self, legacy):
        decided = asked(legacy, delete="migrated", rollout=REFRESH, names=["one"])
        assert (decided["delete"], decided["kept"]) == ([], [{"launch_configuration_name": "shared", "because": "group two still uses it"}])

    def test_what_an_earlier_run_left_goes_once_nobody_uses_it(self, legacy):
        done(legacy)
        for group in ("one", "two"):
            legacy.client("autoscaling").update_auto_scaling_group(AutoScalingGroupName=group, MinSize=0, DesiredCapacity=0)
        assert done(legacy, delete="migrated")["delete"] == [{"state": "absent", "launch_configuration": {"name": "shared"}}]
        assert left(legacy) == ["bare", "own", "unused"]

    def test_what_nobody_uses_goes_when_that_is_told(self, legacy):
        configured(legacy, "unused-0123456789ab")
        done(legacy, delete="unused")
        assert left(legacy) == ["bare", "own", "shared"]

    def test_with_the_first_of_a_line_goes_the_line_unless_a_later_one_is_used(self, legacy):
        configured(legacy, "unused-0123456789ab")
        grouped(legacy, "later", LaunchConfigurationName="unused-0123456789ab")
        decided = asked(legacy, delete="unused", names=[])
        assert {"launch_configuration_name": "unused", "because": "group later still uses it"} in decided["kept"]
        assert decided["delete"] == []


class TestTheWayBack:
    def test_each_goes_to_where_it_came_from(self, legacy):
        before = sources(legacy)
        done(legacy)
        decided = done(legacy, state="undone")
        assert decided["plan"][0] == "one: from launch template one to launch configuration shared"
        assert sources(legacy) == before
        assert left(legacy) == ["bare", "own", "shared", "unused"]

    def test_and_forth_again(self, legacy):
        done(legacy)
        after = sources(legacy)
        done(legacy, state="undone")
        done(legacy)
        assert sources(legacy) == after

    def test_the_templates_go_when_told(self, legacy):
        done(legacy)
        done(legacy, state="undone", delete="migrated")
        there_now = {one["LaunchTemplateName"] for one in legacy.client("ec2").describe_launch_templates()["LaunchTemplates"]}
        assert "modern" in there_now and not there_now & {"one", "two", "three"}

    def test_a_template_that_another_group_took_up_stays(self, legacy):
        done(legacy)
        grouped(legacy, "newcomer", LaunchTemplate={"LaunchTemplateName": "one"})
        decided = done(legacy, state="undone", delete="migrated", names=["one"])
        assert decided["kept"] == [{"launch_template_name": "one", "because": "another group still uses it"}]

    @pytest.mark.parametrize("chosen", [{}, {"names": ["one"]}, {"tags": {"stage": "test"}}])
    def test_templates_that_an_earlier_run_left_are_deleted(self, legacy, chosen):
        legacy.client("autoscaling").create_or_update_tags(
            Tags=[{"ResourceId": "one", "ResourceType": "auto-scaling-group", "Key": "stage", "Value": "test", "PropagateAtLaunch": False}]
        )
        done(legacy)
        done(legacy, state="undone")
        assert asked(legacy, state="undone")["delete"] == []
        decided = done(legacy, state="undone", delete="migrated", **chosen)
        expected = ["one"] if chosen else ["one", "three", "two"]
        assert [one["launch_template"]["name"] for one in decided["delete"]] == expected
        assert decided["fleet"] == decided["kept"] == []
        assert asked(legacy, state="undone", delete="migrated", **chosen)["delete"] == []

    def test_a_template_of_an_earlier_run_that_another_group_uses_stays(self, legacy):
        done(legacy)
        done(legacy, state="undone")
        grouped(legacy, "newcomer", LaunchTemplate={"LaunchTemplateName": "one"})
        assert asked(legacy, state="undone", delete="migrated", names=["one"])["delete"] == []

    def test_who_is_named_and_came_from_nowhere_is_told(self, legacy):
        decided = asked(legacy, state="undone", names=["modern"])
        assert decided["left_out"][0]["because"] == "launch template modern was made from no launch configuration that is there"

    def test_a_launch_configuration_with_a_later_one_in_its_place_is_not_gone_back_to(self, legacy):
        done(legacy)
        configured(legacy, "own-0123456789ab")
        decided = asked(legacy, state="undone", names=["three"])
        assert decided["left_out"][0]["because"] == "launch configuration own has a later one, own-0123456789ab, in its place"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"state": "absent"}, "state: must be one of migrated, undone, not absent"),
        ({"delete": "all"}, "delete: must be one of none, migrated, unused where state is migrated, not all"),
        ({"state": "undone", "delete": "unused"}, "delete: must be one of none, migrated where state is undone, not unused"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_option(said, words):
    with pytest.raises(Refused) as refusal:
        moves({"auto_scaling_groups": [], "launch_configurations": []}, Asked(**said))
    assert str(refusal.value) == words


def test_the_filter_decides_the_same(legacy):
    told = there(legacy)
    assert launch_configuration_moves(told, rollout=REFRESH, delete="migrated") == moves(told, Asked(rollout=REFRESH, delete="migrated"))
