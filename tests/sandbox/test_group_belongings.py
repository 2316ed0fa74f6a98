# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What belongs to a group, after Auto Scaling's API reference and refusals quoted in public issues (named below)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

WEB = {"AutoScalingGroupName": "web"}
SOON, LATER = (datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=days) for days in (1, 2))
NO_ZONE = "Time zone specified does not conform to standardized time zones found in IANA Time Zone Database"
CPU = {"PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"}, "TargetValue": 50.0}


@pytest.fixture
def group(template, make_group):
    return make_group(LaunchTemplate={"LaunchTemplateName": "web", "Version": "1"})


@pytest.fixture
def topic(account):
    """Make topics, and name their ARNs."""
    return lambda name="web": account.client("sns").create_topic(Name=name)["TopicArn"]


@pytest.fixture
def topics(autoscaling):
    return lambda: {
        (one["TopicARN"], one["NotificationType"].rpartition(":")[2])
        for one in autoscaling.describe_notification_configurations(AutoScalingGroupNames=["web"])["NotificationConfigurations"]
    }


@pytest.fixture
def scheduled(autoscaling):
    return lambda: autoscaling.describe_scheduled_actions(**WEB)["ScheduledUpdateGroupActions"]


@pytest.fixture
def policies(autoscaling):
    return lambda: autoscaling.describe_policies(**WEB)["ScalingPolicies"]


def test_a_topic_is_told_of_the_types_it_was_last_given(autoscaling, group, topic, topics):
    """API_PutNotificationConfiguration: "This configuration overwrites any existing configuration"."""
    named = topic()
    autoscaling.put_notification_configuration(TopicARN=named, NotificationTypes=["autoscaling:EC2_INSTANCE_LAUNCH"], **WEB)
    autoscaling.put_notification_configuration(TopicARN=named, NotificationTypes=["autoscaling:TEST_NOTIFICATION"], **WEB)
    assert topics() == {(named, "TEST_NOTIFICATION")}
    autoscaling.delete_notification_configuration(TopicARN=named, **WEB)
    assert topics() == set()


def test_unknown_types_and_an_eleventh_topic_are_refused(autoscaling, group, topic, refused):
    """badmintoncryer/cdk-preflight, pf-asg-notification-type-enum and -sns-topics-max-10: measured, but for the code of the second."""
    told = refused(autoscaling.put_notification_configuration, TopicARN=topic(), NotificationTypes=["x"], **WEB)
    assert told == ("ValidationError", '"x" is not a valid Notification Type')
    said = {"NotificationTypes": ["autoscaling:TEST_NOTIFICATION"], **WEB}
    for number in range(10):
        autoscaling.put_notification_configuration(TopicARN=topic(f"web-{number}"), **said)
    told = refused(autoscaling.put_notification_configuration, TopicARN=topic(), **said)
    assert told == ("LimitExceeded", "Your AutoScaling Group:web can't have more than 10 topics")


@pytest.mark.parametrize(
    ("arn", "why"),
    [
        ("arn:aws:sns:eu-west-1:123456789012:nobody", "Topic does not exist"),
        ("arn:aws:sns:eu-west-2:123456789012:web", "Invalid parameter: TopicArn"),
        ("arn:aws:sqs:eu-west-1:123456789012:web", "Invalid parameter: TopicArn"),
        ("web", "Invalid parameter: TopicArn"),
    ],
)
def test_a_topic_must_be_there_in_the_groups_region(autoscaling, account, group, refused, topics, arn, why):
    """badmintoncryer/cdk-preflight, pf-asg-notification-topic-cross-region-rejected: measured. That a ghost is told in SNS's words too is a guess."""
    account.client("sns", "eu-west-2").create_topic(Name="web")
    said = {"TopicARN": arn, "NotificationTypes": ["autoscaling:TEST_NOTIFICATION"]}
    assert refused(autoscaling.put_notification_configuration, **said, **WEB) == ("ValidationError", why)
    assert topics() == set()


def test_the_words_that_no_model_lists_are_told(autoscaling):
    """The API's reference: Describe- LifecycleHookTypes, AutoScalingNotificationTypes, MetricCollectionTypes, TerminationPolicyTypes, AdjustmentTypes."""
    assert "autoscaling:EC2_INSTANCE_LAUNCHING" in autoscaling.describe_lifecycle_hook_types()["LifecycleHookTypes"]
    assert "autoscaling:EC2_INSTANCE_LAUNCH" in autoscaling.describe_auto_scaling_notification_types()["AutoScalingNotificationTypes"]
    assert {"Metric": "GroupMinSize"} in autoscaling.describe_metric_collection_types()["Metrics"]
    assert {"OldestInstance", "Lambda"} < set(autoscaling.describe_termination_policy_types()["TerminationPolicyTypes"])
    assert {"AdjustmentType": "ExactCapacity"} in autoscaling.describe_adjustment_types()["AdjustmentTypes"]


def test_a_scheduled_action_keeps_what_an_update_omits(autoscaling, group, scheduled):
    """API_PutScheduledUpdateGroupAction: it creates or updates."""
    autoscaling.put_scheduled_update_group_action(ScheduledActionName="night", Recurrence="0 1 * * *", MinSize=0, **WEB)
    autoscaling.put_scheduled_update_group_action(ScheduledActionName="night", MaxSize=3, **WEB)
    (action,) = scheduled()
    assert (action["Recurrence"], action["MinSize"], action["MaxSize"]) == ("0 1 * * *", 0, 3)


def test_a_recurring_action_shows_a_time_to_come(autoscaling, group, scheduled):
    """The CLI's example of describe-scheduled-actions: StartTime and Time of an action made with a recurrence only."""
    autoscaling.put_scheduled_update_group_action(ScheduledActionName="night", Recurrence="0 1 * * *", MinSize=0, **WEB)
    assert scheduled()[0]["StartTime"] == scheduled()[0]["Time"] > datetime.now(timezone.utc)


def test_groups_have_actions_of_the_same_name_each(autoscaling, group, make_group, scheduled):
    make_group(AutoScalingGroupName="other", LaunchTemplate={"LaunchTemplateName": "web", "Version": "1"})
    for name, size in (("web", 1), ("other", 2)):
        said = {"ScheduledActionName": "night", "Recurrence": "0 1 * * *", "MinSize": size}
        autoscaling.put_scheduled_update_group_action(AutoScalingGroupName=name, **said)
    assert [action["MinSize"] for action in scheduled()] == [1]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"Recurrence": "0 1 * * *"}, "At least one of min size, max size or desired capacity must be specified."),
        ({"StartTime": datetime(2020, 1, 1), "MinSize": 0}, "Given start time is in the past"),
        ({"EndTime": datetime(2020, 1, 1), "Recurrence": "0 1 * * *", "MinSize": 0}, "Given end time is in the past"),
        ({"MinSize": 0}, "Scheduled start time must be specified for non-recurrent future group action"),
        ({"EndTime": SOON, "MinSize": 0}, "Scheduled start time must be specified for non-recurrent future group action"),
        ({"StartTime": LATER, "EndTime": SOON, "MinSize": 0}, "Given end time must be after start time"),
        ({"StartTime": SOON, "MinSize": 2, "MaxSize": 1}, "Min size must be less than or equal to max size"),
        ({"StartTime": SOON, "DesiredCapacity": 2, "MaxSize": 1}, "Desired capacity must be less than or equal to max size"),
        ({"StartTime": SOON, "DesiredCapacity": 1, "MinSize": 2}, "Desired capacity must be greater than or equal to min size"),
        ({"Recurrence": "99 6 * * 2", "MinSize": 0}, "Given recurrence string: 99 6 * * 2 is invalid"),
        ({"Recurrence": "0 1 * * *", "TimeZone": "JST", "MinSize": 0}, NO_ZONE),
        ({"Recurrence": "0 1 * * *", "TimeZone": "Mars/Olympus", "MinSize": 0}, NO_ZONE),
    ],
)
def test_an_action_that_could_never_happen_is_refused(autoscaling, group, refused, scheduled, said, why):
    """API_PutScheduledUpdateGroupAction; terraform-provider-aws#3033; badmintoncryer/cdk-preflight, pf-asg-sched-…: measured, but for the first."""
    assert refused(autoscaling.put_scheduled_update_group_action, ScheduledActionName="night", **said, **WEB) == ("ValidationError", why)
    assert scheduled() == []


def test_what_an_update_omits_is_still_held_against_what_it_says(autoscaling, group, refused, scheduled):
    """API_PutScheduledUpdateGroupAction: it updates; that it judges the whole action is the sandbox's own reading."""
    autoscaling.put_scheduled_update_group_action(ScheduledActionName="night", StartTime=LATER, MaxSize=3, **WEB)
    (before,) = scheduled()
    for said in ({"MinSize": 4}, {"EndTime": SOON, "MinSize": 0}):
        assert refused(autoscaling.put_scheduled_update_group_action, ScheduledActionName="night", **said, **WEB)[0] == "ValidationError"
    assert scheduled() == [before]


@pytest.mark.parametrize("recurrence", ["30 0 1 1,6,12 *", "*/5 8-18 * * MON-FRI", "0 9 1-7/2 jan,JUL sun", "0 0 * * 7", "0  1 * * *"])
def test_a_recurrence_is_five_fields_of_a_crontab(autoscaling, group, scheduled, recurrence):
    """API_PutScheduledUpdateGroupAction, Recurrence; crontab(5)."""
    autoscaling.put_scheduled_update_group_action(ScheduledActionName="night", Recurrence=recurrence, TimeZone="Etc/GMT+9", MinSize=0, **WEB)
    assert (scheduled()[0]["Recurrence"], scheduled()[0]["TimeZone"]) == (recurrence, "Etc/GMT+9")


@pytest.mark.parametrize("recurrence", ["cron(0 1 * * ? *)", "0 0 6 * * 1-5", "0 6 ? * 1", "@daily", "0 24 * * *", "0 6 * FOO *", "0 6 * * 1-8", "*/0 * * * *"])
def test_a_recurrence_of_another_kind_is_refused(autoscaling, group, refused, recurrence):
    """badmintoncryer/cdk-preflight, pf-asg-sched-recurrence-five-fields-no-cron-wrapper, -rejects-question-mark and -field-range: measured."""
    said = {"ScheduledActionName": "night", "Recurrence": recurrence, "MinSize": 0}
    told = refused(autoscaling.put_scheduled_update_group_action, **said, **WEB)
    assert told == ("ValidationError", f"Given recurrence string: {recurrence} is invalid")


def test_only_an_action_that_is_there_can_be_deleted(autoscaling, group, refused, scheduled):
    autoscaling.put_scheduled_update_group_action(ScheduledActionName="night", Recurrence="0 1 * * *", MinSize=0, **WEB)
    autoscaling.delete_scheduled_action(ScheduledActionName="night", **WEB)
    assert scheduled() == []
    assert refused(autoscaling.delete_scheduled_action, ScheduledActionName="night", **WEB)[0] == "ValidationError"


def test_a_policy_shows_what_it_was_given_and_its_alarms(autoscaling, group, policies):
    """API_ScalingPolicy."""
    said = {"PolicyType": "TargetTrackingScaling", "TargetTrackingConfiguration": CPU, "EstimatedInstanceWarmup": 30}
    made = autoscaling.put_scaling_policy(PolicyName="cpu", **said, **WEB)
    (policy,) = policies()
    assert (policy["PolicyARN"], policy["Alarms"]) == (made["PolicyARN"], made["Alarms"])
    assert policy["TargetTrackingConfiguration"] == {**CPU, "DisableScaleIn": False}
    assert (policy["Enabled"], policy["EstimatedInstanceWarmup"]) == (True, 30)


def test_a_policy_that_is_put_again_is_replaced(autoscaling, group, policies):
    said = {"PolicyName": "more", "AdjustmentType": "ChangeInCapacity", "ScalingAdjustment": 1, **WEB}
    autoscaling.put_scaling_policy(Cooldown=60, **said)
    autoscaling.put_scaling_policy(**said)
    assert "Cooldown" not in policies()[0]


def test_a_policy_is_deleted_by_its_name_in_its_group_or_by_its_arn(autoscaling, group, policies):
    said = {"AdjustmentType": "ChangeInCapacity", "ScalingAdjustment": 1, **WEB}
    arns = [autoscaling.put_scaling_policy(PolicyName=name, **said)["PolicyARN"] for name in ("one", "two")]
    autoscaling.delete_policy(PolicyName=arns[0])
    autoscaling.delete_policy(PolicyName="two", AutoScalingGroupName="web")
    assert policies() == []


def test_a_policy_that_is_not_whole_or_follows_a_metric_twice_is_refused(autoscaling, group, refused):
    """API_PutScalingPolicy; terraform-provider-aws's documentation of aws_autoscaling_policy."""
    assert refused(autoscaling.put_scaling_policy, PolicyName="x", PolicyType="StepScaling", **WEB)[0] == "ValidationError"
    said = {"PolicyType": "TargetTrackingScaling", "TargetTrackingConfiguration": CPU}
    autoscaling.put_scaling_policy(PolicyName="cpu", **said, **WEB)
    assert "Only one TargetTrackingScaling policy" in refused(autoscaling.put_scaling_policy, PolicyName="again", **said, **WEB)[1]


def test_a_warm_pool_keeps_what_a_put_omits_and_minus_one_clears_its_limit(autoscaling, group, see_group):
    """API_PutWarmPool: MaxGroupPreparedCapacity."""
    autoscaling.put_warm_pool(MaxGroupPreparedCapacity=3, MinSize=1, **WEB)
    autoscaling.put_warm_pool(MaxGroupPreparedCapacity=-1, **WEB)
    assert see_group()["WarmPoolConfiguration"] == {"MinSize": 1, "PoolState": "Stopped"}


def test_a_group_with_a_warm_pool_goes_by_force_only(autoscaling, group, refused):
    """API_DeleteAutoScalingGroup: "If the group has a warm pool, the force delete option also deletes the warm pool"."""
    autoscaling.put_warm_pool(**WEB)
    assert refused(autoscaling.delete_auto_scaling_group, **WEB)[0] == "ResourceInUse"
    autoscaling.delete_auto_scaling_group(ForceDelete=True, **WEB)


def test_a_warm_pool_is_deleted_once(autoscaling, group, see_group, refused):
    autoscaling.put_warm_pool(**WEB)
    autoscaling.delete_warm_pool(**WEB)
    assert "WarmPoolConfiguration" not in see_group()
    assert refused(autoscaling.delete_warm_pool, **WEB)[0] == "ValidationError"


@pytest.mark.parametrize(
    ("protection", "force", "goes"),
    [
        ("prevent-all-deletion", False, False),
        ("prevent-all-deletion", True, False),
        ("prevent-force-deletion", False, True),
        ("prevent-force-deletion", True, False),
        ("none", True, True),
    ],
)
def test_deletion_protection_holds_a_group(autoscaling, template, make_group, refused, protection, force, goes):
    """API_CreateAutoScalingGroup: DeletionProtection."""
    make_group(LaunchTemplate={"LaunchTemplateName": "web", "Version": "1"}, DeletionProtection=protection)
    if goes:
        autoscaling.delete_auto_scaling_group(ForceDelete=force, **WEB)
    else:
        assert refused(autoscaling.delete_auto_scaling_group, ForceDelete=force, **WEB)[0] == "ValidationError"
