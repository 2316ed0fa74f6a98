# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look for the role and the target of each hook that a plan puts. Reading never changes anything. Private to this collection.

AWS tries a hook's target when the hook is put, and says the same whether the target
or the role is not there or the role is so new that it cannot publish yet. Only what
is known to be there is worth waiting for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from ..core.earlier import Earlier
from ..core.errors import CallRefused, Refused
from ..core.iam import is_arn
from ..core.permissions import action_of
from ..core.plan import KNOWN_AFTER_APPLY, Plan
from .kinds import LIFECYCLE_HOOKS
from .named import Item
from .state import Desired

Find = Callable[..., Any]
FREE_FORM = "auto_scaling_group.lifecycle_hook_specification_list"
ROLE = re.compile(r"arn:[^:]+:iam::\d{12}:role/(?:[!-~]+/)?[\w+=,.@-]{1,64}", re.ASCII)
TARGET = re.compile(r"arn:[^:]+:(?P<service>sns|sqs):[a-z0-9-]+:(?P<account>\d{12}):(?P<name>[\w.-]{1,256})", re.ASCII)
NO_TARGET = ("NotFound", "NotFoundException", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")


def refuse_missing_targets(want: Desired, planned: Plan, find: Find, earlier: Earlier) -> Iterator[str]:
    """Refuse a hook whose role or target is not there, before the first write; tell which of them the caller may not look for."""
    for path, hook in hooks_to_put(want, planned):
        refuse_missing_role(hook.get("RoleARN", ""), f"{path}.role_arn", find, earlier)
        yield from refuse_missing_target(hook.get("NotificationTargetARN", ""), f"{path}.notification_target_arn", find)


def hooks_to_put(want: Desired, planned: Plan) -> Iterator[tuple[str, Item]]:
    """The hooks that the plan puts, with where they stand in the playbook."""
    put = {step.params[LIFECYCLE_HOOKS.name] for step in planned if step.operation == LIFECYCLE_HOOKS.put}
    born = {hook[LIFECYCLE_HOOKS.name] for step in planned for hook in step.params.get(LIFECYCLE_HOOKS.born_with, ())}
    for path, hook in declared_hooks(want):
        if hook[LIFECYCLE_HOOKS.name] in put | born:
            yield path, hook


def declared_hooks(want: Desired) -> Iterator[tuple[str, Item]]:
    for one in want.belongings:
        if one.option == LIFECYCLE_HOOKS.option:
            yield from ((f"{one.option}[{index}]", hook) for index, hook in enumerate(one.items.values()))
    for index, hook in enumerate(want.members.get(LIFECYCLE_HOOKS.born_with, ())):
        yield f"{FREE_FORM}[{index}]", hook


def refuse_missing_role(arn: str, path: str, find: Find, earlier: Earlier) -> None:
    if not arn or arn == KNOWN_AFTER_APPLY:
        return
    if not ROLE.fullmatch(arn):
        raise Refused(f"{path}: must be a role's ARN arn:aws:iam::ACCOUNT:role/path/name, not {arn}")
    name = arn.rpartition("/")[2]
    if earlier.made("iam_role", name) is not None:
        return
    answer = None if earlier.removed("iam_role", name) else find("iam", "get_role", absent="NoSuchEntity", RoleName=name)
    if answer is None or (is_arn(answer["Role"]["Arn"]) and answer["Role"]["Arn"] != arn):
        raise Refused(f"{path}: there is no role {arn}")


def refuse_missing_target(arn: str, path: str, find: Find) -> Iterator[str]:
    """Look for a topic or a queue, which may be another account's; who may not look leaves it to AWS, and is told so."""
    if not arn or arn == KNOWN_AFTER_APPLY:
        return
    target = TARGET.fullmatch(arn)
    if target is None:
        raise Refused(f"{path}: must be the ARN of a topic or a queue, arn:aws:sns:REGION:ACCOUNT:NAME or arn:aws:sqs:REGION:ACCOUNT:NAME, not {arn}")
    try:
        if target["service"] == "sns":
            find("sns", "get_topic_attributes", TopicArn=arn)
        else:
            find("sqs", "get_queue_url", QueueName=target["name"], QueueOwnerAWSAccountId=target["account"])
    except CallRefused as refusal:
        if refusal.code in NO_TARGET:
            raise Refused(f"{path}: there is no {arn}") from refusal
        action = action_of(*refusal.asked[:2]) if refusal.asked else target["service"]
        yield f"{path}: whether {arn} is there is not known; {action} was refused ({refusal.code})"
