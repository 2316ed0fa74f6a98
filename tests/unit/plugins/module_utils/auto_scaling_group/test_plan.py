# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is decided about one group."""

from __future__ import annotations

from dataclasses import replace

import botocore.session
import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.kinds import LIFECYCLE_HOOKS
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.named import Named
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.plan import plan
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.state import (
    Desired,
    FromConfiguration,
    FromTemplate,
    Group,
    Observed,
    Tag,
)
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.switches import Metrics, Processes
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused, Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.permissions import Resource
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import Action, Later, shown

MODEL = botocore.session.get_session().get_service_model("autoscaling")
SHAPE = MODEL.shape_for("AutoScalingGroup")
HOOK = LIFECYCLE_HOOKS.request(MODEL)
SIZES = {"MinSize": 1, "MaxSize": 3}
SPECIFICATION = {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "web", "Version": "1"}
LAUNCH = FromTemplate("lt-1", 1, data={"ImageId": "ami-1", "IamInstanceProfile": {"Name": "web"}})
NEXT = FromTemplate("lt-1", Later("create_launch_template_version", "LaunchTemplateVersion.VersionNumber"))
WANT = Desired("web", {**SIZES, "AvailabilityZones": ["eu-west-1a"]})
WEB = Group(
    "web",
    {
        **SIZES,
        "DesiredCapacity": 2,
        "AvailabilityZones": ["eu-west-1a"],
        "HealthCheckGracePeriod": 300,
        "TerminationPolicies": ["Default"],
        "LaunchTemplate": SPECIFICATION,
    },
    tags={"team": Tag("a")},
    instances=("i-1", "i-2"),
)
MIXED = {
    "LaunchTemplate": {"LaunchTemplateSpecification": SPECIFICATION, "Overrides": [{"InstanceType": "t3.micro"}]},
    "InstancesDistribution": {"OnDemandAllocationStrategy": "prioritized"},
}


def planned(want=WANT, now=WEB, launch=LAUNCH):
    return plan(want, Observed(now), launch, SHAPE)


def told(*args, **kwargs):
    return [step.summary for step in planned(*args, **kwargs) if isinstance(step, Action)]


def also(**members):
    return replace(WANT, members={**WANT.members, **members})


def having(**members):
    return replace(WEB, members={**WEB.members, **members})


def test_a_missing_group_is_created_pinned_to_its_version():
    (create, _read) = planned(now=None)
    assert create.summary == "create group web of 1 to 3 instances"
    assert create.params["LaunchTemplate"] == {"LaunchTemplateId": "lt-1", "Version": "1"}


def test_whoever_points_a_group_at_a_profile_needs_to_pass_its_role():
    (create, _read) = planned(now=None)
    assert {"iam:PassRole", "ec2:RunInstances"} <= {one.action for one in create.permissions}


def test_whoever_moves_a_group_needs_what_the_launch_asks_for_where_the_group_is():
    placed = replace(WEB, members={**WEB.members, "VPCZoneIdentifier": "subnet-1,subnet-2"})
    (update, _read) = planned(now=placed, launch=replace(LAUNCH, template_id="lt-2"))
    (run,) = (one for one in update.permissions if one.action == "ec2:RunInstances")
    assert {Resource("subnet", "subnet-1"), Resource("subnet", "subnet-2"), Resource("launch-template", "lt-2")} <= set(run.resources)


def test_what_does_not_bear_on_launches_asks_for_no_launch():
    (update, _read) = planned(replace(WANT, members={**WANT.members, "MaxSize": 5}))
    assert [one.action for one in update.permissions] == ["autoscaling:UpdateAutoScalingGroup"]


@pytest.mark.parametrize(
    "want",
    [
        pytest.param(Desired("web"), id="nothing asked"),
        pytest.param(WANT, id="the same"),
        pytest.param(also(MaxInstanceLifetime=0), id="no limit where there is none"),
        pytest.param(also(DefaultInstanceWarmup=-1), id="no warm-up where there is none"),
        pytest.param(also(TargetGroupARNs=[]), id="no target groups where there are none"),
        pytest.param(also(CapacityRebalance=False), id="off where AWS says nothing"),
        pytest.param(also(LifecycleHookSpecificationList=[{"LifecycleHookName": "h"}]), id="never told again"),
        pytest.param(replace(WANT, tags={}, purge_tags=False), id="no tags to add, none to purge"),
    ],
)
def test_what_is_already_so_needs_nothing(want):
    assert planned(want).steps == ()


def test_a_zero_is_a_value():
    assert told(also(HealthCheckGracePeriod=0)) == ["update group web: HealthCheckGracePeriod"]
    assert told(also(DefaultInstanceWarmup=0)) == ["update group web: DefaultInstanceWarmup"]


def test_only_what_differs_is_written():
    (update, _read) = planned(also(MaxSize=4))
    assert update.params == {"AutoScalingGroupName": "web", "MaxSize": 4}


def test_desired_capacity_is_left_to_scaling_policies():
    (update, _read) = planned(also(MaxSize=4))
    assert "DesiredCapacity" not in update.params


def test_a_new_version_moves_the_group():
    (update, _read) = planned(launch=NEXT)
    assert set(update.params) == {"AutoScalingGroupName", "LaunchTemplate"}


def test_subnets_in_another_order_are_the_same():
    assert told(also(VPCZoneIdentifier="subnet-2,subnet-1"), having(VPCZoneIdentifier="subnet-1,subnet-2")) == []


def test_termination_policies_in_another_order_are_not_the_same():
    have = having(TerminationPolicies=["OldestInstance", "Default"])
    assert told(also(TerminationPolicies=["Default", "OldestInstance"]), have) == ["update group web: TerminationPolicies"]


def test_target_groups_are_attached_before_others_are_detached():
    assert told(also(TargetGroupARNs=["new"]), having(TargetGroupARNs=["old"])) == [
        "attach target groups to group web: new",
        "detach target groups from group web: old",
    ]


def test_a_load_balancer_is_told_by_the_option_that_declares_it_and_not_as_a_traffic_source_too():
    balanced = having(TargetGroupARNs=["old"], TrafficSources=[{"Identifier": "old", "Type": "elbv2"}, {"Identifier": "classic", "Type": "elb"}])
    after = planned(also(TargetGroupARNs=["new"]), balanced).after["auto_scaling_group"]
    assert (after["target_group_arns"], after["traffic_sources"]) == (["new"], [{"identifier": "classic", "type": "elb"}])
    assert "target_group_arns" not in planned(also(TrafficSources=[]), balanced).after["auto_scaling_group"]


def test_a_traffic_source_is_the_same_with_its_type_said_or_not():
    arn = "arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup/tg-"
    have = having(TrafficSources=[{"Identifier": f"{arn}1", "Type": "vpc-lattice"}])
    assert told(also(TrafficSources=[{"Identifier": f"{arn}1"}, {"Identifier": f"{arn}2"}]), have) == [
        "attach traffic sources to group web: targetgroup/tg-2"
    ]


def test_many_target_groups_take_several_calls_each_with_a_sentence_of_its_own():
    assert len(set(told(also(TargetGroupARNs=[f"arn-{number}" for number in range(21)])))) == 3


@pytest.mark.parametrize(
    ("member", "there", "new"),
    [
        ("TargetGroupARNs", "tg-1", "tg-2"),
        ("LoadBalancerNames", "one", "two"),
        ("TrafficSources", {"Identifier": "tg-1", "Type": "elbv2"}, {"Identifier": "tg-2"}),
    ],
)
def test_what_is_not_purged_stays_beside_what_is_declared(member, there, new):
    want = replace(also(**{member: [new]}), kept=frozenset({member}))
    [attach] = [step for step in planned(want, having(**{member: [there]})) if isinstance(step, Action)]
    assert (attach.operation.partition("_")[0], attach.params[member]) == ("attach", [new])
    assert told(want, having(**{member: [there, new]})) == []


def test_what_aws_never_tells_goes_along_with_the_change_that_it_is_about():
    policy = {"ZonalShiftEnabled": True, "ImpairedZoneHealthCheckBehavior": "IgnoreUnhealthy"}
    want = also(AvailabilityZoneImpairmentPolicy=policy, SkipZonalShiftValidation=True)
    [update] = [step for step in planned(want) if isinstance(step, Action)]
    assert update.params["SkipZonalShiftValidation"] is True
    assert told(want, having(AvailabilityZoneImpairmentPolicy=policy)) == []
    [attach] = [step for step in planned(also(TrafficSources=[{"Identifier": "tg-1"}], SkipZonalShiftValidation=True)) if isinstance(step, Action)]
    assert attach.params["SkipZonalShiftValidation"] is True


def test_other_subnets_bring_zones_that_only_aws_can_tell():
    after = planned(Desired("web", {"VPCZoneIdentifier": "subnet-2"}), having(VPCZoneIdentifier="subnet-1")).after["auto_scaling_group"]
    assert shown(after["availability_zones"]) == "(known after apply)"
    assert planned(Desired("web", {"VPCZoneIdentifier": "subnet-1"}), having(VPCZoneIdentifier="subnet-1")).after["auto_scaling_group"][
        "availability_zones"
    ] == ["eu-west-1a"]


def test_tags_stay_unless_they_are_to_be_purged():
    tagged = replace(WANT, tags={"cost": Tag("1")})
    assert told(tagged) == ["tag group web"]
    assert told(replace(tagged, purge_tags=True)) == ["remove tags from group web", "tag group web"]


def test_a_tag_that_is_to_stop_propagating_is_written():
    assert told(replace(WANT, tags={"team": Tag("a", propagate=False)})) == ["tag group web"]


def test_a_mixed_group_keeps_its_policy_and_moves_its_template():
    mixed = replace(WEB, members={**SIZES, "MixedInstancesPolicy": MIXED})
    (update, _read) = planned(Desired("web"), mixed, FromTemplate("lt-1", 2))
    template = update.params["MixedInstancesPolicy"]["LaunchTemplate"]
    assert template["LaunchTemplateSpecification"] == {"LaunchTemplateId": "lt-1", "Version": "2"}
    assert template["Overrides"] == [{"InstanceType": "t3.micro"}]


def test_what_aws_adds_to_a_policy_is_no_change():
    mixed = replace(WEB, members={**SIZES, "MixedInstancesPolicy": MIXED})
    declared = {"LaunchTemplate": {"Overrides": [{"InstanceType": "t3.micro"}]}}
    assert told(Desired("web", {"MixedInstancesPolicy": declared}), mixed) == []


def test_a_policy_that_says_no_overrides_keeps_those_that_are_there():
    mixed = replace(WEB, members={**SIZES, "MixedInstancesPolicy": MIXED})
    (update, _read) = planned(Desired("web", {"MixedInstancesPolicy": {"InstancesDistribution": {"OnDemandBaseCapacity": 1}}}), mixed)
    policy = update.params["MixedInstancesPolicy"]
    assert policy["LaunchTemplate"]["Overrides"] == [{"InstanceType": "t3.micro"}]
    assert policy["InstancesDistribution"] == {"OnDemandBaseCapacity": 1}


def test_an_empty_policy_goes_back_to_one_type():
    mixed = replace(WEB, members={**SIZES, "MixedInstancesPolicy": MIXED})
    (update, _read) = planned(Desired("web", {"MixedInstancesPolicy": {}}), mixed)
    assert update.params == {
        "AutoScalingGroupName": "web",
        "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "1"},
    }


def waiting(**more):
    return replace(WANT, wait_for_instances=True, **more)


def reads_of(plan):
    return [step.operation for step in plan if not isinstance(step, Action)]


def with_hook(*hooks):
    return replace(WANT, belongings=(Named(LIFECYCLE_HOOKS, {hook: {"LifecycleHookName": hook} for hook in hooks}, True, HOOK),))


def test_a_new_group_is_created_with_its_hooks_so_that_its_first_instances_meet_them():
    (create, _read) = planned(with_hook("up"), now=None)
    assert create.params["LifecycleHookSpecificationList"] == [{"LifecycleHookName": "up"}]
    assert CallRefused("ValidationError", "Unable to publish test message to notification target x") in create.not_yet[-1]


def test_a_new_group_gets_what_belongs_to_it_right_after_it_is_made():
    want = replace(WANT, belongings=(Processes(("AZRebalance",)), Metrics(("GroupMinSize",))))
    assert told(want, now=None)[1:] == ["suspend AZRebalance of group web", "collect metrics of group web: GroupMinSize"]


def test_hooks_and_suspensions_come_before_what_may_launch():
    want = replace(also(MinSize=2), belongings=(Processes(("Launch",)), *with_hook("up").belongings))
    now = replace(WEB, belongings={"suspend_processes": (), "lifecycle_hooks": {}})
    assert told(want, now) == [
        "suspend Launch of group web",
        "give lifecycle hook up to group web",
        "update group web: MinSize",
    ]


def test_the_diff_tells_what_belongs_to_a_group_before_and_after():
    now = replace(WEB, belongings={"suspend_processes": ("Launch",)})
    found = planned(replace(WANT, belongings=(Processes(("AZRebalance",)),)), now)
    shown_in = [state["auto_scaling_group"]["suspend_processes"] for state in (found.before, found.after)]
    assert shown_in == [["Launch"], ["AZRebalance"]]


def test_a_change_that_may_launch_is_waited_for_and_what_failed_before_it_is_no_news():
    found = planned(replace(waiting(), members=also(MinSize=2).members))
    assert reads_of(found) == ["describe_scaling_activities", "describe_auto_scaling_groups"]


def test_a_change_that_launches_nothing_is_only_read_back():
    reads = [step for step in planned(waiting(tags={"u": Tag("b")})) if not isinstance(step, Action)]
    assert [step.trouble for step in reads] == [None]


def test_a_launch_source_that_the_next_launch_takes_up_is_only_read_back():
    assert reads_of(planned(waiting(), launch=NEXT)) == ["describe_auto_scaling_groups"]


def test_a_short_group_that_gets_another_launch_source_is_waited_for_and_what_failed_with_the_old_one_is_no_news():
    short = replace(WEB, answer={"DesiredCapacity": 2, "Instances": []})
    assert reads_of(planned(waiting(), short, NEXT)) == ["describe_scaling_activities", "describe_auto_scaling_groups"]


def test_a_group_that_is_short_of_instances_is_waited_for_with_nothing_else_to_do():
    found = planned(waiting(), replace(WEB, answer={"DesiredCapacity": 2, "Instances": []}))
    assert [step.summary for step in found] == ["wait until group web has its capacity in service"]


def test_a_group_that_is_to_go_loses_its_instances_first():
    steps = planned(replace(WANT, present=False), launch=None).steps
    assert [step.summary for step in steps] == [
        "scale group web to no instances",
        "wait until group web has no instances",
        "delete group web",
        "wait until group web is gone",
    ]


def test_an_empty_group_is_deleted_at_once():
    empty = Group("web", {"MinSize": 0, "MaxSize": 0})
    assert told(replace(WANT, present=False), empty, None) == ["delete group web"]


def test_a_group_that_is_being_deleted_is_only_waited_for():
    assert told(replace(WANT, present=False), replace(WEB, deleting=True), None) == []


def test_the_absence_of_what_is_absent_is_no_change():
    assert planned(replace(WANT, present=False), None, None).steps == ()


def test_a_deletion_shows_what_was_there_and_nothing_after():
    gone, never = (planned(replace(WANT, present=False), now, None) for now in (WEB, None))
    assert (gone.before["auto_scaling_group"]["min_size"], gone.after) == (1, None)
    assert (never.before, never.after) == (None, None)


@pytest.mark.parametrize(
    ("want", "now", "because"),
    [
        (also(MinSize=4), WEB, "min_size: 4 is more than max_size 3"),
        (Desired("web", {"MaxSize": 0}), WEB, "min_size: 1 is more than max_size 0"),
        (also(DesiredCapacity=9), WEB, "desired_capacity: 9 is not between min_size 1 and max_size 3"),
        (Desired("web", {"MaxSize": 1}), None, "min_size: must be given, as there is no group web yet"),
        (Desired("web", SIZES), None, "vpc_zone_identifier: subnets must be given, or availability_zones"),
        (WANT, replace(WEB, deleting=True), "group web is being deleted"),
    ],
)
def test_the_impossible_is_refused_before_anything_is_touched(want, now, because):
    with pytest.raises(Refused, match=because):
        planned(want, now)


def test_what_only_aws_knows_is_not_foretold():
    result = shown(planned(now=None, launch=NEXT).result)["auto_scaling_group"]
    assert result["instances"] == "(known after apply)"
    assert result["min_size"] == 1


CONFIGURED = Group("web", {**SIZES, "AvailabilityZones": ["eu-west-1a"], "LaunchConfigurationName": "web"})


def test_a_group_of_a_launch_configuration_says_so_to_later_tasks():
    made = plan(WANT, Observed(None), FromConfiguration("web"), SHAPE)
    assert made.steps[0].params["LaunchConfigurationName"] == "web"
    assert made.outcome == {"auto_scaling_group": {"web": {"launch_configuration_name": "web"}}}


def test_a_group_moves_from_a_configuration_to_a_template_and_back_in_place():
    (update, _read) = planned(Desired("web"), CONFIGURED)
    assert update.params == {"AutoScalingGroupName": "web", "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "1"}}
    back = plan(Desired("web"), Observed(replace(CONFIGURED, members={**SIZES, "LaunchTemplate": SPECIFICATION})), FromConfiguration("web"), SHAPE)
    assert back.steps[0].params == {"AutoScalingGroupName": "web", "LaunchConfigurationName": "web"}
    assert back.after["auto_scaling_group"].keys() & {"launch_template", "launch_configuration_name"} == {"launch_configuration_name"}
    assert back.warnings == ()


def test_a_group_of_mixed_instances_takes_no_launch_configuration():
    mixed = Observed(replace(CONFIGURED, members={**SIZES, "MixedInstancesPolicy": {"LaunchTemplate": {"LaunchTemplateSpecification": SPECIFICATION}}}))
    with pytest.raises(Refused, match="mixed_instances_policy: takes a launch template"):
        plan(Desired("web"), mixed, FromConfiguration("web"), SHAPE)
    assert plan(Desired("web", {"MixedInstancesPolicy": {}}), mixed, FromConfiguration("web"), SHAPE)


def test_who_goes_to_mixed_instances_is_warned_of_replaced_ones():
    (warning,) = plan(Desired("web", {"MixedInstancesPolicy": {"InstancesDistribution": {}}}), Observed(CONFIGURED), LAUNCH, SHAPE).warnings
    assert warning == "group web gets a mixed instances policy: AWS may replace running instances to match its purchase options"
