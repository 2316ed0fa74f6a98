# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Give running instances another profile in place, a few at a time. Pure. Private to this collection.

EC2 replaces the association of a running instance in one call. A stopped one is rid of it first, and given the other then:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace as with_fields
from typing import Protocol

from ..core.permissions import Resource
from ..core.plan import Action, NotYet, Step, Wait
from .state import Behind, Carried, Desired, Target
from .verifying import ASSOCIATIONS, DISASSOCIATING, of_instances, until_associated

# The profile is known to be there, and the instance to run: EC2 has not heard of the one, or is not done with the other.
NOT_HEARD_YET = (NotYet("IncorrectState", "InstanceIdentityProfileNotFound"), NotYet("InvalidParameterValue", "Invalid IAM Instance Profile"))
NOT_STARTED_YET = (NotYet("IncorrectInstanceState"),)


class Carrier(Protocol):
    """An instance, of a group or not, with what it carries."""

    @property
    def id(self) -> str:
        """Its id, as EC2 gives it."""

    @property
    def carried(self) -> Carried | None:
        """Its association, where it has one."""

    @property
    def stopped(self) -> bool:
        """Whether it is stopped, or about to be."""


def in_batches(some: Sequence[Behind], size: int) -> list[list[Behind]]:
    return [list(some[start : start + size]) for start in range(0, len(some), size)]


def association_steps(batches: Sequence[Sequence[Behind]], target: Target, want: Desired) -> Iterator[Step]:
    """Batch after batch; the next one begins when the instances of the one before carry the profile."""
    for number, batch in enumerate(batches, 1):
        instances = [one.instance for one in batch]
        for one in instances:
            yield from swapped(one, target.profile)
        if want.wait or number < len(batches):
            yield for_caller(want, until_associated(instances, target, want), batches, number)


def for_caller(want: Desired, wait: Wait, batches: Sequence[Sequence[Behind]], number: int) -> Wait:
    """The same, after which the caller goes on by itself, if it wants to and there is more to come."""
    carrying = sum(len(batch) for batch in batches[:number])
    total = sum(len(batch) for batch in batches)
    return with_fields(wait, elsewhere={"associated": carrying, "of": total}) if want.hand_over and carrying < total else wait


def swapped(instance: Carrier, profile: str) -> Iterator[Step]:
    if instance.carried is None:
        yield associate(instance.id, profile)
    elif instance.carried.state == DISASSOCIATING:
        yield until_rid([instance.id])
        yield associate(instance.id, profile)
    elif not instance.stopped:
        yield replace(instance.id, instance.carried, profile)
    else:
        yield disassociate(instance.id, instance.carried)
        yield until_rid([instance.id])
        yield associate(instance.id, profile)


def associate(instance: str, profile: str) -> Action:
    return Action(
        service="ec2",
        operation="associate_iam_instance_profile",
        params={"InstanceId": instance, "IamInstanceProfile": {"Name": profile}},
        summary=f"give {instance} instance profile {profile}",
        not_yet=(*NOT_HEARD_YET, *NOT_STARTED_YET),
    )


def replace(instance: str, carried: Carried, profile: str) -> Action:
    said = (
        f"instance profile {carried.name} of {instance} by {profile}"
        if carried.name != profile
        else f"the deleted instance profile {profile} of {instance} by the one there now"
    )
    return Action(
        service="ec2",
        operation="replace_iam_instance_profile_association",
        params={"AssociationId": carried.association, "IamInstanceProfile": {"Name": profile}},
        summary=f"replace {said}",
        on=(Resource("instance", instance),),
        not_yet=(*NOT_HEARD_YET, *NOT_STARTED_YET),
    )


def disassociate(instance: str, carried: Carried) -> Action:
    return Action(
        service="ec2",
        operation="disassociate_iam_instance_profile",
        params={"AssociationId": carried.association},
        summary=f"take instance profile {carried.name} from {instance}",
        on=(Resource("instance", instance),),
    )


def until_rid(instances: Sequence[str], timeout: float = 120) -> Wait:
    return Wait(
        service="ec2",
        operation=ASSOCIATIONS,
        params=of_instances(instances),
        summary=f"wait until {', '.join(instances)} {'carry' if len(instances) > 1 else 'carries'} no instance profile",
        until=lambda answer: not answer["IamInstanceProfileAssociations"],
        timeout=timeout,
    )
