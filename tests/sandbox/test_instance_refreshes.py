# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instance refreshes, after Auto Scaling's user guide and API reference (pages named below), by a clock that stands until it is moved.

Refusals are quoted from instance-refresh-overview ("Update restriction") and from public issues; reasons of a status are the sandbox's own.
"""

from __future__ import annotations

from types import MappingProxyType

import pytest

WEB = {"AutoScalingGroupName": "web"}
NEW = MappingProxyType({"LaunchTemplate": {"LaunchTemplateName": "web", "Version": "2"}})
OLD = {"LaunchTemplateName": "web", "Version": "1"}
ALARM = {
    "MetricName": "errors",
    "Namespace": "web",
    "Period": 60,
    "Statistic": "Sum",
    "Threshold": 1,
    "EvaluationPeriods": 1,
    "ComparisonOperator": "GreaterThanThreshold",
}


@pytest.fixture
def group(account, template, make_group):
    account.advance(0)
    return make_group(LaunchTemplate=OLD, MinSize=4, MaxSize=4)


@pytest.fixture
def start(autoscaling, group):
    """Start a refresh to version 2, one instance at a time unless told, each with ten seconds to warm up."""

    def start(desired=NEW, **preferences):
        said = {"MinHealthyPercentage": 100, "InstanceWarmup": 10, **preferences}
        configuration = {"DesiredConfiguration": {**desired}} if desired else {}
        return autoscaling.start_instance_refresh(
            Preferences={name: value for name, value in said.items() if value is not None}, **configuration, **WEB
        )["InstanceRefreshId"]

    return start


@pytest.fixture
def seen(autoscaling):
    return lambda: autoscaling.describe_instance_refreshes(**WEB)["InstanceRefreshes"][0]


@pytest.fixture
def states(account, seen):
    """The status, percentage and number of instances to update, at this moment and after each pause."""

    def states(*pauses):
        found = []
        for pause in (0, *pauses):
            account.advance(pause)
            found.append((seen()["Status"], seen()["PercentageComplete"], seen()["InstancesToUpdate"]))
        return found

    return states


@pytest.fixture
def versions(see_group):
    return lambda: sorted(one["LaunchTemplate"]["Version"] for one in see_group()["Instances"])


def ids(group):
    return {one["InstanceId"] for one in group["Instances"]}


def test_it_replaces_instance_after_instance_and_then_gives_the_group_its_desired_configuration(start, states, versions, see_group, seen):
    """API_StartInstanceRefresh: "Once the instance refresh succeeds, Amazon EC2 Auto Scaling updates the settings of the Auto Scaling group"."""
    start()
    assert states(10, 10, 10) == [("InProgress", 0, 4), ("InProgress", 25, 3), ("InProgress", 50, 2), ("InProgress", 75, 1)]
    assert see_group()["LaunchTemplate"]["Version"] == "1"
    assert states(10) == [("InProgress", 75, 1), ("Successful", 100, 0)]
    assert (see_group()["LaunchTemplate"]["Version"], versions()) == ("2", ["2"] * 4)
    assert seen()["EndTime"] >= seen()["StartTime"]


def test_with_a_least_of_100_percent_new_instances_come_first_and_else_the_old_ones_go_first(start, account, see_group):
    """instance-refresh-overview: "Launch the new instances first before terminating the old ones if the minimum healthy percentage is set to 100"."""
    start()
    assert len(see_group()["Instances"]) == 5
    account.advance(40)
    start(MinHealthyPercentage=50, SkipMatching=False)
    assert len(see_group()["Instances"]) == 4


@pytest.mark.parametrize(("least", "most", "at_once"), [(50, None, 2), (0, None, 4), (90, None, 1), (100, 150, 2), (75, 125, 2), (100, 100, 1)])
def test_the_percentages_tell_how_many_are_replaced_at_a_time(least, most, at_once, start, states):
    """instance-refresh-overview, minimum and maximum healthy percentage."""
    start(MinHealthyPercentage=least, MaxHealthyPercentage=most)
    assert states(10)[1][2] == 4 - at_once


def test_skip_matching_leaves_alone_what_is_so_already(autoscaling, start, states, see_group):
    """asg-instance-refresh-skip-matching."""
    start()
    states(40)
    before = ids(see_group())
    start(SkipMatching=True)
    assert states() == [("Successful", 100, 0)]
    assert ids(see_group()) == before


def test_one_goes_on_at_a_time_and_the_group_keeps_its_source_meanwhile(autoscaling, start, refused, states):
    """Refusals quoted in public logs (InstanceRefreshInProgress), and in instance-refresh-overview."""
    start()
    blocked = refused(autoscaling.start_instance_refresh, **WEB)
    assert blocked == ("InstanceRefreshInProgress", "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.")
    kept = refused(autoscaling.update_auto_scaling_group, LaunchTemplate=OLD, **WEB)
    assert kept[0] == "ValidationError" and "An active instance refresh with a desired configuration exists." in kept[1]
    autoscaling.update_auto_scaling_group(DefaultCooldown=60, **WEB)


def test_what_is_launched_meanwhile_is_of_the_desired_configuration(autoscaling, start, states, versions):
    """instance-refresh-overview, desired configuration: scale-out events during a refresh."""
    start()
    states()
    autoscaling.update_auto_scaling_group(MaxSize=6, DesiredCapacity=6, **WEB)
    assert versions() == ["1"] * 4 + ["2"] * 3


def test_checkpoints_pause_it_and_the_last_one_ends_it(start, states):
    """asg-adding-checkpoints-instance-refresh: one that is passed by another is skipped, and the last one is how much is replaced."""
    start(MinHealthyPercentage=50, CheckpointPercentages=[10, 40, 75], CheckpointDelay=100)
    assert states(10, 99) == [("InProgress", 0, 4), ("InProgress", 25, 3), ("InProgress", 25, 3)]
    assert states(1, 10) == [("InProgress", 25, 3), ("InProgress", 25, 3), ("InProgress", 50, 2)]
    assert states(100, 10) == [("InProgress", 50, 2), ("InProgress", 50, 2), ("Successful", 75, 0)]


def test_a_delay_of_checkpoints_is_an_hour_unless_said(start, states):
    """API_RefreshPreferences, CheckpointDelay."""
    start(CheckpointPercentages=[25, 100])
    assert states(10, 3599, 11)[1:] == [("InProgress", 25, 3), ("InProgress", 25, 3), ("InProgress", 50, 2)]


def test_it_bakes_at_the_end_for_as_long_as_it_is_told(start, states):
    """API_RefreshPreferences, BakeTime."""
    start(MinHealthyPercentage=0, BakeTime=60)
    assert states(10, 59, 1) == [("InProgress", 0, 4), ("Baking", 100, 0), ("Baking", 100, 0), ("Successful", 100, 0)]


@pytest.mark.parametrize(("auto", "statuses"), [(False, ["InProgress", "Failed"]), (True, ["InProgress", "RollbackInProgress", "RollbackSuccessful"])])
def test_an_alarm_fails_it_and_has_it_rolled_back_where_that_is_asked(auto, statuses, account, start, states, versions, seen):
    """instance-refresh-rollback: auto rollback."""
    account.client("cloudwatch").put_metric_alarm(AlarmName="errors", **ALARM)
    start(AutoRollback=auto, AlarmSpecification={"Alarms": ["errors"]})
    found = [states(10)[0][0]]
    account.client("cloudwatch").set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="test")
    found += [one[0] for one in states(*([100] if auto else []))]
    assert found == statuses
    assert "errors" in seen()["StatusReason"]
    assert versions() == (["1"] * 4 if auto else ["1", "1", "1", "2"])


def test_rolling_back_tells_why_and_how_far_it_had_come_and_leaves_the_group_as_it_was(autoscaling, start, states, versions, seen, see_group):
    """API_RollbackInstanceRefresh and API_RollbackDetails; PercentageComplete "gradually goes back down to zero during a rollback"."""
    start()
    states(20)
    autoscaling.rollback_instance_refresh(**WEB)
    assert states(10, 10) == [("RollbackInProgress", 50, 2), ("RollbackInProgress", 25, 2), ("RollbackSuccessful", 0, 2)]
    assert (seen()["RollbackDetails"]["PercentageCompleteOnRollback"], seen()["RollbackDetails"]["InstancesToUpdateOnRollback"]) == (50, 2)
    assert (versions(), see_group()["LaunchTemplate"]["Version"]) == (["1"] * 4, "1")


def test_a_cancelled_one_waits_for_what_is_under_way_and_undoes_nothing(autoscaling, start, states, versions, see_group):
    """API_CancelInstanceRefresh, WaitForTransitioningInstances."""
    start()
    states(10)
    autoscaling.cancel_instance_refresh(**WEB)
    assert states(10) == [("Cancelling", 25, 3), ("Cancelled", 50, 2)]
    assert (versions(), see_group()["LaunchTemplate"]["Version"]) == (["1", "1", "2", "2"], "1")


def test_there_is_nothing_to_cancel_or_roll_back_where_none_goes_on(autoscaling, group, refused):
    """The words of ActiveInstanceRefreshNotFound are quoted in public code."""
    for operation in (autoscaling.cancel_instance_refresh, autoscaling.rollback_instance_refresh):
        assert refused(operation, **WEB) == ("ActiveInstanceRefreshNotFound", "No in progress or pending Instance Refresh found for Auto Scaling group web")


def test_without_a_desired_configuration_it_replaces_by_the_groups_own_and_cannot_go_back(autoscaling, start, states, versions, refused):
    """API_RollbackInstanceRefresh: situations in which a rollback is not supported."""
    autoscaling.update_auto_scaling_group(LaunchTemplate=NEW["LaunchTemplate"], **WEB)
    start(desired=None)
    states(10)
    assert refused(autoscaling.rollback_instance_refresh, **WEB)[0] == "IrreversibleInstanceRefresh"
    assert states(30)[-1] == ("Successful", 100, 0)
    assert versions() == ["2"] * 4


@pytest.mark.parametrize(
    ("desired", "preferences", "says"),
    [
        (None, {"AutoRollback": True}, "AutoRollback parameter cannot be set to true when the DesiredConfiguration parameter is empty"),
        ({"LaunchTemplate": {"LaunchTemplateName": "web", "Version": "$Latest"}}, {"AutoRollback": True}, "$Latest"),
        (NEW, {"CheckpointDelay": 60}, "CheckpointPercentages"),
        (NEW, {"CheckpointPercentages": [50, 20]}, "ascending"),
        (NEW, {"MaxHealthyPercentage": 150, "MinHealthyPercentage": None}, "MinHealthyPercentage"),
        (NEW, {"MaxHealthyPercentage": 200, "MinHealthyPercentage": 50}, "greater than 100"),
        (NEW, {"AlarmSpecification": {"Alarms": ["nope"]}}, "nope"),
        ({"LaunchTemplate": {"LaunchTemplateName": "web", "Version": "77"}}, {}, "You must use a valid fully-formed launch template."),
    ],
)
def test_what_makes_no_sense_is_refused(desired, preferences, says, autoscaling, start, refused):
    """API_RefreshPreferences; the first text is quoted in terraform-provider-aws#29830."""
    code, message = refused(start, desired=desired, **preferences)
    assert code == "ValidationError" and says in message


@pytest.mark.parametrize(
    ("said", "status", "kept"), [("Wait", "Failed", 1), ("Ignore", "Successful", 1), ("Refresh", "Successful", 0)]
)
def test_protected_instances_are_waited_for_an_hour_ignored_or_replaced(said, status, kept, account, autoscaling, group, start, states, versions):
    """API_RefreshPreferences, ScaleInProtectedInstances."""
    autoscaling.set_instance_protection(InstanceIds=[group["Instances"][0]["InstanceId"]], ProtectedFromScaleIn=True, **WEB)
    start(ScaleInProtectedInstances=said)
    assert states(40, 3620)[-1][0] == status
    assert versions().count("1") == kept


@pytest.mark.parametrize(("said", "status", "kept"), [("Wait", "Failed", 1), ("Ignore", "Successful", 1), ("Terminate", "Successful", 0)])
def test_instances_in_standby_are_waited_for_an_hour_ignored_or_replaced(said, status, kept, autoscaling, group, start, states, versions):
    """API_RefreshPreferences, StandbyInstances."""
    autoscaling.enter_standby(InstanceIds=[group["Instances"][0]["InstanceId"]], ShouldDecrementDesiredCapacity=False, **WEB)
    start(StandbyInstances=said)
    assert states(60, 3620)[-1][0] == status
    assert versions().count("1") == kept


def test_launches_that_fail_are_tried_again_for_an_hour(iam, start, states, seen, account):
    """instance-refresh-overview, one-hour timeout."""
    start()
    states()
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web")
    assert states(10, 100)[-1] == ("InProgress", 25, 3)
    assert "no associated IAM Roles" in seen()["StatusReason"]
    assert states(3600)[-1][0] == "Failed"


def test_root_volumes_are_replaced_under_their_instances(autoscaling, ec2, group, start, states, see_group):
    """instance-refresh-overview, requirements of ReplaceRootVolume."""
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    policy = {"LaunchTemplate": {"LaunchTemplateSpecification": OLD, "Overrides": [{"InstanceType": "t2.micro", "ImageId": image}]}}
    autoscaling.start_instance_refresh(Strategy="ReplaceRootVolume", DesiredConfiguration={"MixedInstancesPolicy": policy}, **WEB)
    assert states()[0][0] == "Successful"
    assert ids(see_group()) == ids(group)
    assert {one["ImageId"] for one in see_group()["Instances"]} == {image}


def test_root_volumes_take_overrides_with_images(autoscaling, group, refused):
    """instance-refresh-overview, requirements of ReplaceRootVolume."""
    assert refused(autoscaling.start_instance_refresh, Strategy="ReplaceRootVolume", DesiredConfiguration={**NEW}, **WEB)[0] == "ValidationError"


def test_requirements_of_types_and_a_desired_configuration_fail_it(autoscaling, start, states):
    """instance-refresh-overview, attribute-based instance selection."""
    requirements = {"VCpuCount": {"Min": 1}, "MemoryMiB": {"Min": 512}}
    start(desired={"MixedInstancesPolicy": {"LaunchTemplate": {"LaunchTemplateSpecification": OLD, "Overrides": [{"InstanceRequirements": requirements}]}}})
    assert states()[0][0] == "Failed"


def test_warm_instances_come_after_those_in_service_and_are_told_apart(autoscaling, start, states, seen, see_group):
    """instance-refresh-overview: "Replace InService instances before instances that are in a warm pool"; API_InstanceRefreshProgressDetails."""
    autoscaling.put_warm_pool(MaxGroupPreparedCapacity=5, **WEB)
    start(MinHealthyPercentage=0)
    assert states(10)[-1] == ("InProgress", 80, 1)
    assert seen()["ProgressDetails"]["LivePoolProgress"] == {"PercentageComplete": 100, "InstancesToUpdate": 0}
    assert states(10)[-1] == ("Successful", 100, 0)
    assert {one["LaunchTemplate"]["Version"] for one in autoscaling.describe_warm_pool(**WEB)["Instances"]} == {"2"}


def test_past_ones_are_remembered_the_latest_first(autoscaling, start, states):
    """API_DescribeInstanceRefreshes; by id, one alone."""
    first = start()
    states(40)
    second = start(SkipMatching=True)
    states()
    told = autoscaling.describe_instance_refreshes(**WEB)["InstanceRefreshes"]
    assert [(one["InstanceRefreshId"], one["Status"]) for one in told] == [(second, "Successful"), (first, "Successful")]
    assert [one["InstanceRefreshId"] for one in autoscaling.describe_instance_refreshes(InstanceRefreshIds=[first], **WEB)["InstanceRefreshes"]] == [first]
    assert told[1]["Preferences"]["InstanceWarmup"] == 10 and told[1]["DesiredConfiguration"] == NEW


def test_what_happens_late_happens_at_its_moment(account, start, seen):
    """However long nobody looks, the batches follow each other as if somebody had."""
    start()
    account.advance(35)
    assert (seen()["Status"], seen()["PercentageComplete"]) == ("InProgress", 75)
