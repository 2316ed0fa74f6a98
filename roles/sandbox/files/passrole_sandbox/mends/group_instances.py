# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A group's instances: launched from the version it is pinned to, spread over its subnets, each showing what it was launched from."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup, InstanceState, TerminateInstanceActivity
from moto.ec2.exceptions import EC2ClientError

from ..account import ACCOUNT
from ..activities import BROKEN, REQUESTED, SURPLUS, ended, fail, last_launch_failed, succeed
from ..holds import HELD, LAUNCHING, RETAINED, TERMINATING, hold, let_go
from ..launch_sources import Source, first_weight, source_of
from ..launches import Launch, run
from ..mending import mends
from ..processes import LAUNCH, TERMINATE, suspended
from ..purchases import purchases, surplus_first
from ..profiles import check_launched
from ..traffic import route
from ..warm_instances import add, let_warm_go, put_back, take, takes_back, wanted

TRIES_EVERY = 10.0  # seconds; nowhere is it written how long AWS waits
PROTECTABLE = ("InService", "Standby")
FakeAutoScalingGroup.tried_at = 0.0
FakeAutoScalingGroup.surge = 0  # how many instances stand in for others that are about to end
InstanceState.source = None
InstanceState.launch_template = property(lambda self: (self.source.shown or None) if self.source else None)
InstanceState.launch_configuration_name = property(lambda self: self.source.configuration if self.source else None)
InstanceState.weighted_capacity = property(lambda self: self.source.weight if self.source else None)
InstanceState.image_id = property(lambda self: self.instance.image_id)


@mends(FakeAutoScalingGroup)
def set_desired_capacity(self, new_capacity):
    self.desired_capacity = self.min_size if new_capacity is None else new_capacity
    missing = instances_for(self) + self.surge - len(self.active_instances()) - len(coming(self))
    if missing > 0 and not suspended(self, LAUNCH):
        scale_out(self, missing)
    elif missing < 0 and not suspended(self, TERMINATE):
        scale_in(self, surplus_first(self, [state for state in self.active_instances() if not state.protected_from_scale_in])[:-missing])
    fill_pool(self)
    route(self)


def scale_out(group: FakeAutoScalingGroup, count: int) -> None:
    """Out of the warm pool first."""
    warmed = take(group, count)
    group.instance_states += warmed
    if count > len(warmed):
        group.replace_autoscaling_group_instances(count - len(warmed), {})


def scale_in(group: FakeAutoScalingGroup, states: Iterable[InstanceState]) -> None:
    """Back to a warm pool that reuses instances, as long as there is room."""
    for state in states:
        if takes_back(group):
            group.instance_states.remove(state)
            put_back(group, state)
        else:
            end(group, [state])


def fill_pool(group: FakeAutoScalingGroup) -> None:
    """Have as many instances in the warm pool as there are to be."""
    missing = wanted(group) - len(group.warm_states)
    if missing < 0 and not suspended(group, TERMINATE):
        let_warm_go(group, group.warm_states[missing:])
    elif missing > 0 and not suspended(group, LAUNCH):
        try:
            for subnet, count in spread(group, missing).items():
                add(group, source_of(group), subnet, count)
        except EC2ClientError as refusal:
            fail(group, refusal.message)


def coming(group: FakeAutoScalingGroup) -> list[InstanceState]:
    """The instances that are not in service yet. They count, and no scaling in ends them before their hooks are done."""
    return [state for state in group.instance_states if state.lifecycle_state == HELD[LAUNCHING]]


def instances_for(group: FakeAutoScalingGroup) -> int:
    """How many instances make up the desired capacity: the first override's weight counts for each."""
    return math.ceil((group.desired_capacity or 0) / int(first_weight(group.mixed_instances_policy) or 1))


@mends(FakeAutoScalingGroup)
def replace_autoscaling_group_instances(self, count_needed, _propagated_tags):
    self.tried_at = ACCOUNT.clock()
    try:
        source = source_of(self)
        check_launched(self.ec2_backend, source.launch.asked.get("IamInstanceProfile", {}))
        for bought, number in purchases(self, source, count_needed):
            for subnet, count in spread(self, number).items():
                launch(self, bought, subnet, count)
    except EC2ClientError as refusal:
        # The group stands and stays short of instances: AWS tells so in its scaling activities only.
        fail(self, refusal.message)


def try_again(group: FakeAutoScalingGroup) -> None:
    """AWS goes on trying by itself to launch what failed; time passes here only when somebody looks."""
    if last_launch_failed(group) and ACCOUNT.clock() - group.tried_at >= TRIES_EVERY:
        group.set_desired_capacity(group.desired_capacity)


def launch(group: FakeAutoScalingGroup, source: Source, subnet: str, count: int) -> list[InstanceState]:
    made = []
    asked = {**source.launch.asked, "SubnetId": subnet}
    for instance in run(group.ec2_backend, Launch(asked, source.launch.version, source.launch.tags), count).instances:
        instance.autoscaling_group = group
        state = InstanceState(instance, protected_from_scale_in=group.new_instances_protected_from_scale_in)
        state.source = source
        group.instance_states.append(state)
        hold(group, state, LAUNCHING)
        succeed(group, instance.id)
        made.append(state)
    route(group)
    return made


def spread(group: FakeAutoScalingGroup, count: int) -> Counter[str]:
    """How many instances each subnet gets, so that all come to hold as many as each other."""
    held = Counter({subnet: 0 for subnet in subnets_of(group)})
    held.update(state.instance.subnet_id for state in group.instance_states if state.instance.subnet_id in held)
    more: Counter[str] = Counter()
    for _instance in range(count):
        fewest = min(held, key=held.__getitem__)
        held[fewest] += 1
        more[fewest] += 1
    return more


def subnets_of(group: FakeAutoScalingGroup) -> list[str]:
    if group.vpc_zone_identifier:
        return named_subnets(group.vpc_zone_identifier)
    defaults = group.ec2_backend.get_default_subnets()
    return [defaults[zone].id for zone in group.availability_zones]


def named_subnets(identifier: str) -> list[str]:
    return [subnet.strip() for subnet in identifier.split(",") if subnet.strip()]


def end(group: FakeAutoScalingGroup, states: Iterable[InstanceState], why: str = SURPLUS) -> None:
    """Take some of the group's instances out of service, and terminate those that no hook holds."""
    let_go(group, [state for state in states if not hold(group, state, TERMINATING, why)], why)
    route(group)


@mends(AutoScalingBackend)
def terminate_instance(self, instance_id, should_decrement):
    """By way of the group's hooks, held or retained instances too."""
    group, state = next((group, state) for group in self.autoscaling_groups.values() for state in group.instance_states if state.instance_id == instance_id)
    before = group.desired_capacity
    group.desired_capacity -= 1 if should_decrement else 0
    why = REQUESTED.format(instance_id)
    if state.lifecycle_state == RETAINED:
        let_go(group, [state], why)
    else:
        end(group, [state], why)
    group.set_desired_capacity(group.desired_capacity)
    return TerminateInstanceActivity(state.instance, before)


@mends(AutoScalingBackend)
def set_instance_protection(self, group_name, instance_ids, protected_from_scale_in):
    group = self.autoscaling_groups[group_name]
    states = [member(group, instance_id) for instance_id in instance_ids]
    for state in states:
        if state.lifecycle_state not in PROTECTABLE:
            raise ValidationError(f"The instance {state.instance_id} is not in InService or EnteringStandby or Standby.")
    for state in states:
        state.protected_from_scale_in = protected_from_scale_in


def member(group: FakeAutoScalingGroup, instance_id: str) -> InstanceState:
    """An instance of the group, be it in its warm pool."""
    for state in (*group.instance_states, *group.warm_states):
        if state.instance_id == instance_id:
            return state
    raise ValidationError(f"The instance {instance_id} is not part of Auto Scaling group {group.name}.")


@mends(AutoScalingBackend)
def notify_terminate_instances(self, instance_ids):
    """What somebody else terminates leaves its group, which makes up for it."""
    for group in self.autoscaling_groups.values():
        gone = [state for state in group.instance_states if state.instance_id in instance_ids]
        group.instance_states = [state for state in group.instance_states if state not in gone]
        for state in gone:
            ended(group, state.instance_id, BROKEN)
        if gone:
            group.set_desired_capacity(group.desired_capacity)


def check_within(group: FakeAutoScalingGroup, size: int) -> None:
    words = "New SetDesiredCapacity value {} is {} value {} for the AutoScalingGroup."
    if size > group.max_size:
        raise ValidationError(words.format(size, "above max", group.max_size))
    if size < group.min_size:
        raise ValidationError(words.format(size, "below min", group.min_size))
