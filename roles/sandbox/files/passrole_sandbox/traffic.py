# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of a group's instances its target groups and Classic Load Balancers know: those in service, and no others.

Auto Scaling's user guide, lifecycle-hooks-overview and as-enter-exit-standby: an instance that ends or goes on standby is deregistered first.
"""

from __future__ import annotations

from collections.abc import Iterable

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup

NO_GROUPS = "Provided Target Groups may not be valid. Please ensure they exist and try again."
NO_BALANCERS = "Provided Load Balancers may not be valid. Please ensure they exist and try again."


def check_balancers(backend: AutoScalingBackend, target_groups: Iterable[str], balancers: Iterable[str]) -> None:
    if any(arn not in backend.elbv2_backend.target_groups for arn in target_groups):
        raise ValidationError(NO_GROUPS)
    if any(name not in backend.elb_backend.load_balancers for name in balancers):
        raise ValidationError(NO_BALANCERS)


def route(group: FakeAutoScalingGroup) -> None:
    """Let traffic come to what is in service by now; what somebody else registered or deregistered is left alone."""
    serving = {state.instance.id: state.instance for state in group.active_instances()}
    running = {one for one, instance in serving.items() if instance.state == "running"}
    for balancer in (*group.target_group_arns, *group.load_balancer_names):
        known = registered(group).get(balancer, set())
        change(group, balancer, running - known, known - serving.keys())
        registered(group)[balancer] = running | (known & serving.keys())


def leave(group: FakeAutoScalingGroup, balancers: Iterable[str]) -> None:
    """The group's instances leave balancers that are detached."""
    for balancer in balancers:
        change(group, balancer, set(), registered(group).pop(balancer, set()))


def change(group: FakeAutoScalingGroup, balancer: str, coming: set[str], going: set[str]) -> None:
    """A balancer may be gone before its groups are."""
    if target_group := group.autoscaling_backend.elbv2_backend.target_groups.get(balancer):
        target_group.register([{"Id": one} for one in sorted(coming)])
        target_group.deregister([{"Id": one} for one in sorted(going) if one in target_group.targets])
    elif balancer in group.autoscaling_backend.elb_backend.load_balancers:
        elb = group.autoscaling_backend.elb_backend
        elb.register_instances(balancer, sorted(coming), from_autoscaling=True)
        elb.deregister_instances(balancer, going, from_autoscaling=True)


def registered(group: FakeAutoScalingGroup) -> dict[str, set[str]]:
    """What the group itself registered, by target group and load balancer."""
    return group.__dict__.setdefault("registered_instances", {})
