# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an audit looks at: an account and region as values, joined group by group. Pure: no AWS, no Ansible. Private to this collection.

What AWS tells of a thing stands in its ``answer``, in AWS's own words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Union

from ..core.profile_names import profile_named

Answer = Mapping[str, Any]

TEMPLATE, CONFIGURATION = "launch_template", "launch_configuration"
ASSIGNED_BY_AWS = "aws:"  # what the keys of tags begin with that AWS sets


@dataclass(frozen=True)
class Launch:
    """What a group launches from, as it names it: for all of its instances, or for one override of its mixed instances policy."""

    source: str  # the id of the source; empty where there is none of that name or number
    named: str  # in words: version $Latest of launch template web
    asked: str = ""  # the version, as the group says it
    place: str = ""  # the path of the override


@dataclass(frozen=True)
class Group:
    """An Auto Scaling group, with what it launches from, its own first."""

    type: ClassVar[str] = "auto_scaling_group"
    name: str
    arn: str
    answer: Answer = field(default_factory=dict)
    launches: tuple[Launch, ...] = ()
    refresh: Answer | None = None  # its latest instance refresh, where that was looked for

    @property
    def tags(self) -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in self.answer.get("Tags", ())}

    @property
    def own(self) -> Launch:
        return self.launches[0]


@dataclass(frozen=True)
class Source:
    """One version of a launch template, or one launch configuration. ``data`` is as AWS tells it."""

    id: str
    type: str
    name: str
    arn: str
    version: str = ""
    is_default: bool = False
    data: Answer = field(default_factory=dict)

    @property
    def profile_given(self) -> str:
        """The instance profile as it is given, by its name or by its ARN."""
        given = self.data.get("IamInstanceProfile") or ""
        return given if isinstance(given, str) else given.get("Arn") or given.get("Name") or ""

    @property
    def profile(self) -> str:
        """The name of the instance profile."""
        given = self.profile_given
        return profile_named({"Arn" if given.startswith("arn:") else "Name": given}) or ""

    @property
    def template(self) -> str:
        """The id of the launch template; nothing of a launch configuration."""
        return self.id.partition(":")[0] if self.type == TEMPLATE else ""

    @property
    def named(self) -> str:
        return f"launch template {self.name}, version {self.version}" if self.template else f"launch configuration {self.name}"

    @property
    def opening(self) -> str:
        """The same, as a sentence about it begins."""
        return f"Launch template {self.name}, version {self.version}," if self.template else f"Launch configuration {self.name}"


@dataclass(frozen=True)
class Template:
    """A launch template, of which some versions are sources."""

    type: ClassVar[str] = TEMPLATE
    id: str
    name: str
    arn: str
    default: int
    latest: int


@dataclass(frozen=True)
class Profile:
    """An instance profile, and the role in it; none where it is empty."""

    type: ClassVar[str] = "instance_profile"
    name: str
    arn: str
    id: str
    role: str = ""


@dataclass(frozen=True)
class Policy:
    """A policy of a role, with what its judges found in it."""

    name: str
    document: Answer
    arn: str = ""  # of a managed one
    issues: tuple[Any, ...] = ()  # of the library cloudsplaining
    findings: tuple[Any, ...] = ()  # of IAM Access Analyzer

    @property
    def kind(self) -> str:
        return "managed" if self.arn else "inline"

    @property
    def is_of_aws(self) -> bool:
        return ":iam::aws:" in self.arn


@dataclass(frozen=True)
class Role:
    """An IAM role that is in an instance profile, or that EC2 may assume."""

    type: ClassVar[str] = "iam_role"
    name: str
    arn: str
    path: str
    trust: Answer
    policies: tuple[Policy, ...] = ()
    boundary: str = ""
    created: datetime | None = None
    last_used: datetime | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Instance:
    """An EC2 instance, in a group or in none. ``answer`` is EC2's."""

    type: ClassVar[str] = "ec2_instance"
    id: str
    arn: str
    answer: Answer
    group: str = ""
    launched_from: str = ""  # the id of the source, as far as the group tells
    launched_named: str = ""
    lifecycle_state: str = ""

    @property
    def name(self) -> str:
        return self.id

    @property
    def profile_arn(self) -> str:
        return self.answer.get("IamInstanceProfile", {}).get("Arn", "")

    @property
    def profile(self) -> str:
        return self.profile_arn.rpartition("/")[2]

    @property
    def profile_id(self) -> str:
        return self.answer.get("IamInstanceProfile", {}).get("Id", "")


Subject = Union[Group, Source, Template, Profile, Role, Instance]


@dataclass(frozen=True)
class Estate:
    """All of it. Sources, templates, profiles and roles are found by their ids or names."""

    account_id: str
    region: str
    partition: str
    at: datetime
    groups: tuple[Group, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    templates: Mapping[str, Template] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    instances: tuple[Instance, ...] = ()
    metadata_defaults: Answer = field(default_factory=dict)  # the account's, of the region
    not_judged: tuple[str, ...] = ()

    def source_of(self, group: Group) -> Source | None:
        """What the group launches from, its overrides aside."""
        return self.sources.get(group.own.source)

    def profile_of(self, source: Source | None) -> Profile | None:
        return self.profiles.get(source.profile) if source else None

    def role_of(self, group: Group) -> Role | None:
        profile = self.profile_of(self.source_of(group))
        return self.roles.get(profile.role) if profile else None

    def instances_of(self, group: Group) -> Sequence[Instance]:
        return self._by_group.get(group.name, ())

    def is_up_to_date(self, instance: Instance, group: Group) -> bool:
        """Whether an instance was launched from what its group launches from, and carries the profile that is in it."""
        sources = {launch.source for launch in group.launches}
        return instance.launched_from in sources and self.carries(instance, self.sources.get(instance.launched_from))

    def carries(self, instance: Instance, source: Source | None) -> bool:
        """By its id: another profile may have had the name, and gives nothing any more."""
        profile = self.profile_of(source)
        if profile is None:
            return source is None or instance.profile == source.profile
        return instance.profile_id == profile.id

    def users_of(self, *sources: str) -> tuple[Group, ...]:
        """The groups that launch from one of these sources, their overrides too."""
        return in_order(group for source in sources for group in self._users.get(source, ()))

    def users_of_template(self, template: str) -> tuple[Group, ...]:
        return self.users_of(*(one.id for one in self.versions_of(template)))

    def versions_of(self, template: str) -> Iterator[Source]:
        return iter(self._versions.get(template, ()))

    def groups_of(self, subject: Subject) -> tuple[Group, ...]:
        """The groups whose chain a thing is in."""
        if isinstance(subject, Group):
            return (subject,)
        if isinstance(subject, Source):
            return self.users_of(subject.id)
        if isinstance(subject, Template):
            return self.users_of_template(subject.id)
        if isinstance(subject, Instance):
            return tuple(group for group in self.groups if group.name == subject.group) if subject.group else ()
        return self.users_of(*self._carrying.get((subject.type, subject.name), ()))

    @cached_property
    def _by_group(self) -> Mapping[str, list[Instance]]:
        return sorted_by(self.instances, lambda one: [one.group])

    @cached_property
    def _users(self) -> Mapping[str, list[Group]]:
        return sorted_by(self.groups, lambda group: {launch.source for launch in group.launches})

    @cached_property
    def _versions(self) -> Mapping[str, list[Source]]:
        return sorted_by(self.sources.values(), lambda source: [source.template])

    @cached_property
    def _carrying(self) -> Mapping[tuple[str, str], list[str]]:
        """The ids of the sources that carry each profile and each role."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for source in self.sources.values():
            if profile := self.profile_of(source):
                found[profile.type, profile.name].append(source.id)
                found[Role.type, profile.role].append(source.id)
        return found


def sorted_by(some: Iterable[Any], keys: Any) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for one in some:
        for key in keys(one):
            found[key].append(one)
    return found


def in_order(groups: Iterable[Group]) -> tuple[Group, ...]:
    return tuple(sorted({group.name: group for group in groups}.values(), key=lambda group: group.name))
