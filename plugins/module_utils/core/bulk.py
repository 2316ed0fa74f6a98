# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answer the reads of many members from few: AWS's bulk calls are made once, and no read is made twice. Private to this collection.

Whoever reads does not know: each read is asked for as for one thing. Where AWS has no bulk call, where the caller may not
make it, or where it tells less than is enough, the one thing is asked for. What was read holds as long as nothing is changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any

from .errors import CallRefused
from .permissions import action_of
from .pool import begin

Find = Callable[..., Any]
Answer = Mapping[str, Any]
Read = tuple[str, str, Mapping[str, Any]]

LATEST, DEFAULT = "$Latest", "$Default"
GROUPS_AT_ONCE = 100  # the most names that one call takes


class Part(dict):
    """What is told of a thing of which there may be more: only who asks can say whether it is enough."""


UNTOLD = object()  # the bulk read does not tell: ask for the one thing
NOTHING = object()  # there is no such thing


@dataclass(frozen=True)
class Shelf:
    """All things of one kind in the account and region, by what they are asked for: the reads, and what they come to."""

    reads: tuple[Read, ...]
    sorted_by: Callable[[Sequence[Answer]], Mapping[str, Any]]


def by_name(member: str, name: str) -> Callable[[Sequence[Answer]], dict[str, Any]]:
    """Each under its own name."""
    return lambda answers: {one[name]: one for answer in answers for one in answer[member]}


def by_owner(member: str, owner: str) -> Callable[[Sequence[Answer]], dict[str, Any]]:
    """All of an owner under its name."""

    def owned(answers: Sequence[Answer]) -> dict[str, Any]:
        found: dict[str, list[Any]] = defaultdict(list)
        for one in (one for answer in answers for one in answer[member]):
            found[one[owner]].append(one)
        return found

    return owned


def roles_of(answers: Sequence[Answer]) -> dict[str, Any]:
    """Either call leaves out what the other tells: the one policies and tags, the other the description and the longest session."""
    details, listed = ({one["RoleName"]: one for one in answer[member]} for answer, member in zip(answers, ("RoleDetailList", "Roles")))
    # One that was made or deleted between the two is asked for by itself.
    return {name: {**listed[name], **details[name]} if name in listed and name in details else UNTOLD for name in {**details, **listed}}


def versions_of(answers: Sequence[Answer]) -> dict[str, Any]:
    """Under the template's name, and under its id; where the latest is the default, it may be told twice."""
    found: dict[str, dict[int, Any]] = defaultdict(dict)
    for one in answers[0]["LaunchTemplateVersions"]:
        found[one["LaunchTemplateName"]][one["VersionNumber"]] = found[one["LaunchTemplateId"]][one["VersionNumber"]] = one
    return found


# The reads are made in the words in which others make them too, so that none is made twice.
SHELVES = {
    "roles": Shelf(
        (("iam", "get_account_authorization_details", {"Filter": ["Role"], "MaxItems": 1000}), ("iam", "list_roles", {"MaxItems": 1000})), roles_of
    ),
    "profiles": Shelf((("iam", "list_instance_profiles", {"MaxItems": 1000}),), by_name("InstanceProfiles", "InstanceProfileName")),
    "versions": Shelf((("ec2", "describe_launch_template_versions", {"Versions": [LATEST, DEFAULT], "MaxResults": 200}),), versions_of),
    "templates": Shelf((("ec2", "describe_launch_templates", {"MaxResults": 200}),), by_name("LaunchTemplates", "LaunchTemplateId")),
    "policies": Shelf((("autoscaling", "describe_policies", {"MaxRecords": 100}),), by_owner("ScalingPolicies", "AutoScalingGroupName")),
    "actions": Shelf(
        (("autoscaling", "describe_scheduled_actions", {"MaxRecords": 100}),), by_owner("ScheduledUpdateGroupActions", "AutoScalingGroupName")
    ),
    "notifications": Shelf(
        (("autoscaling", "describe_notification_configurations", {"MaxRecords": 100}),),
        by_owner("NotificationConfigurations", "AutoScalingGroupName"),
    ),
    "associations": Shelf(
        (("ec2", "describe_iam_instance_profile_associations", {"MaxResults": 1000}),), by_owner("IamInstanceProfileAssociations", "InstanceId")
    ),
}


class Bulk:
    """Reads for one look of a fleet at what is there. Any thread may ask; who comes while a read is made waits for its answer."""

    def __init__(self, find: Find, shelved: bool = True, versions: dict[tuple[str, str], Any] | None = None) -> None:
        self._find = find
        self.versions = {} if versions is None else versions  # what a version of a template says never changes, in this look or a later one
        self._shelved = shelved
        self._groups: dict[str, tuple[str, ...]] = {}  # each group of the fleet with those that it is asked for with
        self._answers: dict[Any, Future[Any]] = {}
        self._lock = Lock()
        self._denied: dict[str, str] = {}

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the caller may not read for all at once."""
        return tuple(f"fleet: {action} is not allowed, so that {shelf} are read one by one ({why})" for shelf, (action, why) in sorted(self._denied.items()))

    def find(self, service: str, operation: str, absent: str | tuple[str, ...] = "", enough: Callable[[Any], bool] | None = None, **params: Any) -> Any:
        """The same as the door's, from what was read for all where that is enough."""
        tell = TELLING.get((service, operation)) if self._shelved else None
        answer = tell(self, params) if tell else UNTOLD
        if answer is NOTHING and absent:
            return None
        return answer if is_enough(answer, enough) else self.read(service, operation, absent, params)

    def read(self, service: str, operation: str, absent: str | tuple[str, ...], params: Mapping[str, Any]) -> Any:
        return self.once(repr((service, operation, absent, sorted(params.items()))), lambda: self._find(service, operation, absent=absent, **params))

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """What was made for whoever asked first."""
        with self._lock:
            mine = key not in self._answers
            future = self._answers.setdefault(key, Future())
        if mine:
            try:
                future.set_result(make())
            except BaseException as error:
                future.set_exception(error)
        return future.result()

    def shelf(self, name: str) -> Mapping[str, Any] | None:
        """None where the caller may not read it."""
        return self.once(name, lambda: self._filled(name))

    def folded(self, name: str) -> set[str]:
        """IAM's names are the same in any case; whether it finds one by another case is for IAM to say."""
        return self.once((name, "folded"), lambda: {one.lower() for one in self.shelf(name) or ()})

    def _filled(self, name: str) -> Mapping[str, Any] | None:
        try:
            answers = [self.read(service, operation, "", params) for service, operation, params in SHELVES[name].reads]
        except CallRefused as refusal:
            if not refusal.is_denial:
                raise
            service, operation, _params = refusal.asked or SHELVES[name].reads[0]
            self._denied[name] = (action_of(service, operation), refusal.code)
            return None
        if name == "versions":
            self.versions.update(((one["LaunchTemplateId"], str(one["VersionNumber"])), one) for one in answers[0]["LaunchTemplateVersions"])
        return SHELVES[name].sorted_by(answers)

    def expect(self, shelves: Iterable[str], groups: Iterable[str] = ()) -> None:
        """Begin to read what is going to be asked for, all of it at the same time."""
        if self._shelved:
            names = sorted(set(groups) - self._groups.keys())
            batches = [tuple(names[start : start + GROUPS_AT_ONCE]) for start in range(0, len(names), GROUPS_AT_ONCE)]
            self._groups.update((name, batch) for batch in batches for name in batch)
            begin(partial(self.read, service, operation, "", params) for name in shelves for service, operation, params in SHELVES[name].reads)
            begin(partial(self.batch, batch) for batch in batches)

    def keep_groups(self, groups: Sequence[Answer]) -> None:
        """Groups that were read already, each to be told of by its name."""
        found = {group["AutoScalingGroupName"]: group for group in groups}
        names = tuple(found)
        self._groups.update({name: names for name in names})
        self.once(names, lambda: found)

    def batch(self, names: tuple[str, ...]) -> Mapping[str, Any]:
        """Some groups of the fleet, by their names; a read of all would tell of every other, too."""
        return self.once(names, lambda: self._named(names))

    def _named(self, names: tuple[str, ...]) -> dict[str, Any]:
        answer = self.read("autoscaling", "describe_auto_scaling_groups", "", {"AutoScalingGroupNames": list(names), "MaxRecords": GROUPS_AT_ONCE})
        return {group["AutoScalingGroupName"]: group for group in answer["AutoScalingGroups"]}

    def group(self, name: str) -> Any:
        """The group, or NOTHING; of one that nobody expected it is not told."""
        return self.batch(self._groups[name]).get(name, NOTHING) if name in self._groups else UNTOLD


def is_enough(answer: Any, enough: Callable[[Any], bool] | None) -> bool:
    if answer is UNTOLD or answer is NOTHING:
        return False
    return enough(answer) if enough else not isinstance(answer, Part)


def from_shelf(name: str, key: str, told: Callable[[Any, Answer], Any]) -> Callable[[Bulk, Answer], Any]:
    """Tell of one thing on a shelf by the parameter that names it."""

    def tell(bulk: Bulk, params: Answer) -> Any:
        shelf = bulk.shelf(name)
        if shelf is None or params.get(key) is None:
            return UNTOLD
        thing = shelf.get(params[key])
        if thing is None:
            return UNTOLD if params[key].lower() in bulk.folded(name) else NOTHING
        return UNTOLD if thing is UNTOLD else told(thing, params)

    return tell


def inline_policy(role: Answer, params: Answer) -> Any:
    documents = [one["PolicyDocument"] for one in role["RolePolicyList"] if one["PolicyName"] == params["PolicyName"]]
    return {"PolicyDocument": documents[0]} if documents else NOTHING


def some_versions(bulk: Bulk, params: Answer) -> Any:
    """The latest and the default version of a template, and those numbers that are one of them; they are a part of all of them."""
    shelf = bulk.shelf("versions")
    name = params.get("LaunchTemplateName") or params.get("LaunchTemplateId")
    if shelf is None or name is None:
        return UNTOLD
    known = shelf.get(name)
    if known is None:
        return NOTHING
    if "Versions" not in params:
        return Part(LaunchTemplateVersions=list(known.values()))
    seen = [bulk.versions.get((params.get("LaunchTemplateId"), number)) for number in params["Versions"]]
    if all(seen):
        return {"LaunchTemplateVersions": seen}
    found = {one["VersionNumber"]: one for asked in params["Versions"] for one in known.values() if is_asked(one, asked, known)}
    numbers = {asked for asked in params["Versions"] if asked not in (LATEST, DEFAULT)}
    return {"LaunchTemplateVersions": list(found.values())} if numbers <= {str(number) for number in found} else UNTOLD


def is_asked(version: Answer, asked: str, known: Mapping[int, Answer]) -> bool:
    if asked == LATEST:
        return version["VersionNumber"] == max(known)
    return version["DefaultVersion"] if asked == DEFAULT else str(version["VersionNumber"]) == asked


def one_template(bulk: Bulk, params: Answer) -> Any:
    shelf = bulk.shelf("templates")
    found = [shelf.get(one) for one in params.get("LaunchTemplateIds", ())] if shelf is not None else []
    return {"LaunchTemplates": found} if found and all(found) else UNTOLD


def one_group(bulk: Bulk, params: Answer) -> Any:
    names = params.get("AutoScalingGroupNames", ())
    found = bulk.group(names[0]) if len(names) == 1 else UNTOLD
    return found if found is UNTOLD else {"AutoScalingGroups": [] if found is NOTHING else [found]}


def of_group(name: str, member: str) -> Callable[[Bulk, Answer], Any]:
    """What belongs to one group; of a group that has nothing, the bulk read says nothing."""

    def tell(bulk: Bulk, params: Answer) -> Any:
        groups = [*params.get("AutoScalingGroupNames", ()), *([params["AutoScalingGroupName"]] if "AutoScalingGroupName" in params else ())]
        shelf = bulk.shelf(name) if groups else None
        return UNTOLD if shelf is None else {member: [one for group in groups for one in shelf.get(group, ())]}

    return tell


def some_associations(bulk: Bulk, params: Answer) -> Any:
    filters = params.get("Filters", ())
    shelf = bulk.shelf("associations") if [one["Name"] for one in filters] == ["instance-id"] else None
    if shelf is None:
        return UNTOLD
    return {"IamInstanceProfileAssociations": [one for instance in filters[0]["Values"] for one in shelf.get(instance, ())]}


TELLING: dict[tuple[str, str], Callable[[Bulk, Answer], Any]] = {
    ("iam", "get_role"): from_shelf("roles", "RoleName", lambda role, _params: {"Role": role}),
    ("iam", "list_attached_role_policies"): from_shelf("roles", "RoleName", lambda role, _params: {"AttachedPolicies": role["AttachedManagedPolicies"]}),
    ("iam", "list_role_policies"): from_shelf(
        "roles", "RoleName", lambda role, _params: {"PolicyNames": [one["PolicyName"] for one in role["RolePolicyList"]]}
    ),
    ("iam", "get_role_policy"): from_shelf("roles", "RoleName", inline_policy),
    ("iam", "list_instance_profiles_for_role"): from_shelf("roles", "RoleName", lambda role, _params: {"InstanceProfiles": role["InstanceProfileList"]}),
    ("iam", "get_instance_profile"): from_shelf("profiles", "InstanceProfileName", lambda profile, _params: {"InstanceProfile": profile}),
    ("ec2", "describe_launch_template_versions"): some_versions,
    ("ec2", "describe_launch_templates"): one_template,
    ("ec2", "describe_iam_instance_profile_associations"): some_associations,
    ("autoscaling", "describe_auto_scaling_groups"): one_group,
    ("autoscaling", "describe_policies"): of_group("policies", "ScalingPolicies"),
    ("autoscaling", "describe_scheduled_actions"): of_group("actions", "ScheduledUpdateGroupActions"),
    ("autoscaling", "describe_notification_configurations"): of_group("notifications", "NotificationConfigurations"),
}
