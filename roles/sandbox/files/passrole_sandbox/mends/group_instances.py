# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A group's instances: launched from the version it is pinned to, spread over its subnets, each showing what it was launched from."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import FakeAutoScalingGroup, InstanceState
from moto.ec2.exceptions import EC2ClientError

from ..activities import fail, succeed
from ..launch_sources import Source, first_weight, source_of
from ..launches import Launch, run
from ..mending import mends

InstanceState.source = None
InstanceState.launch_template = property(lambda self: (self.source.shown or None) if self.source else None)
InstanceState.launch_configuration_name = property(lambda self: self.source.configuration if self.source else None)
InstanceState.weighted_capacity = property(lambda self: self.source.weight if self.source else None)
InstanceState.image_id = property(lambda self: self.instance.image_id)


@mends(FakeAutoScalingGroup)
def set_desired_capacity(self, new_capacity):
    self.desired_capacity = self.min_size if new_capacity is None else new_capacity
    missing = instances_for(self) - len(self.active_instances())
    if missing > 0:
        self.replace_autoscaling_group_instances(missing, {})
    elif missing < 0:
        end(self, [state for state in self.active_instances() if not state.protected_from_scale_in][:-missing])
    if self.name in self.autoscaling_backend.autoscaling_groups:
        self.autoscaling_backend.update_attached_elbs(self.name)
        self.autoscaling_backend.update_attached_target_groups(self.name)


def instances_for(group: FakeAutoScalingGroup) -> int:
    """How many instances make up the desired capacity: the first override's weight counts for each."""
    return math.ceil((group.desired_capacity or 0) / int(first_weight(group) or 1))


@mends(FakeAutoScalingGroup)
def replace_autoscaling_group_instances(self, count_needed, _propagated_tags):
    try:
        source = source_of(self)
        for subnet, count in spread(self, count_needed).items():
            launch(self, source, subnet, count)
    except EC2ClientError as refusal:
        # The group stands and stays short of instances: AWS tells so in its scaling activities only.
        fail(self, refusal.message)


def launch(group: FakeAutoScalingGroup, source: Source, subnet: str, count: int) -> None:
    asked = {**source.launch.asked, "SubnetId": subnet}
    for instance in run(group.ec2_backend, Launch(asked, source.launch.version, source.launch.tags), count).instances:
        instance.autoscaling_group = group
        state = InstanceState(instance, protected_from_scale_in=group.new_instances_protected_from_scale_in)
        state.source = source
        group.instance_states.append(state)
        succeed(group, instance.id)


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


def end(group: FakeAutoScalingGroup, states: Iterable[InstanceState]) -> None:
    """Terminate some of the group's instances; termination protection does not hold Auto Scaling back."""
    leaving = list(states)
    for state in leaving:
        state.instance.disable_api_termination = False
    group.instance_states = [state for state in group.instance_states if state not in leaving]
    if leaving:
        group.ec2_backend.terminate_instances([state.instance.id for state in leaving])


def check_within(group: FakeAutoScalingGroup, size: int) -> None:
    words = "New SetDesiredCapacity value {} is {} value {} for the AutoScalingGroup."
    if size > group.max_size:
        raise ValidationError(words.format(size, "above max", group.max_size))
    if size < group.min_size:
        raise ValidationError(words.format(size, "below min", group.min_size))
