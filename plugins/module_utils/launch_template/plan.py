# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what to do about one launch template. Pure: no AWS, no Ansible. Private to this collection."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..core.authorization import asked
from ..core.errors import Refused
from ..core.plan import Action, Later, Plan
from ..core.shapes import described, words_of
from ..core.tags import tag_changes, tag_list, tags_after
from .state import SIGN, Desired, Observed, Template, differing, in_words, less_added, profile_of, source_data, source_number

CREATED = "create_launch_template"
NEW_VERSION = "create_launch_template_version"
AT_ONCE = 200  # the most versions that one call deletes


def plan(want: Desired, seen: Observed, shape: Any) -> Plan:
    """The calls that give ``want``, starting from what was seen."""
    now = seen.template
    if not want.present:
        return absence(want.name, now, shape)
    refuse_the_impossible(want, now)
    return Plan(
        before={"launch_template": told(now, want, shape)} if now else None,
        after={"launch_template": outcome_told(want, now, shape)},
        steps=tuple(steps(want, now)),
        result={"launch_template": result(want, now)},
        outcome={"launch_template": {want.name: carried(want)}},
        # The tags of a template that was not there were not read.
        looks=asked("ec2", "describe_launch_templates", {}) if now is None and (want.tags is not None or want.adopt) else (),
    )


def carried(want: Desired) -> dict[str, Any]:
    """What later tasks may want to know: the profile, unless an older version stays the default and may carry another."""
    return {} if want.default_version != "latest" else {"instance_profile": profile_of(want.data)}


def absence(name: str, now: Template | None, shape: Any) -> Plan:
    return Plan(
        before={"launch_template": told(now, Desired(name), shape)} if now else None,
        after=None,
        steps=(delete_template(now),) if now else (),
        result={"launch_template": None},
        outcome={"launch_template": {name: None}},
    )


def refuse_the_impossible(want: Desired, now: Template | None) -> None:
    """Refuse versions that will not be there, as far as that can be known."""
    newest = (now.version if now else 0) + (1 if has_new_data(want, now) else 0)
    there = {*(now.numbers if now else ()), newest}
    for option, version in (("default_version", want.default_version), ("version", want.launch_version)):
        if version and version.isdecimal() and int(version) not in there:
            raise Refused(
                f"launch_template.{option}: launch template {want.name} has no version {version}; its newest is {newest}"
            )


def foreign(want: Desired, now: Template, shape: Any) -> Refused:
    """Why a template that someone else made stays as it is."""
    made = f"launch_template: launch template {now.name} was made by someone else"
    if not want.present:
        return Refused(f"{made}; adopt: true lets it be deleted")
    return Refused(f"{made} and differs: {'; '.join(differences(want, now, shape))}. adopt: true takes it over")


def differences(want: Desired, now: Template, shape: Any) -> Iterator[str]:
    """What adopting the template would change in it, in playbook words."""
    have = now_data(want, now)
    before, after = in_words(less_added(have, want.data), shape), in_words(want.data, shape)
    for word, name in words_of(shape).items():
        if name in differing(have, want.data):
            yield f"{word} is {said(before, word)} and not {said(after, word)}"
    if not has_new_data(want, now) and wanted_default(want, now) != now.default_version:
        yield f"default_version is {now.default_version} and not {wanted_default(want, now)}"
    if any(tag_changes(now.tags, wanted_tags(want, now))):
        yield f"tags are {described(now.tags)}"
    if surplus(want, now):
        yield f"it has {len(now.numbers)} versions"


def said(words: Mapping[str, Any], word: str) -> str:
    return described(words[word]) if word in words else "unset"


def has_new_data(want: Desired, now: Template | None) -> bool:
    return now is None or bool(differing(now_data(want, now), want.data))


def now_version(want: Desired, now: Template) -> int:
    """The version that a new one would take the place of: the latest, or what that is based on where that is what is wanted."""
    source = source_number(want, now) if want.source_version else now.version
    return now.version if differing(now.versions.get(source, now.data), want.data) else source


def now_data(want: Desired, now: Template) -> Mapping[str, Any]:
    return now.versions.get(now_version(want, now), now.data)


def steps(want: Desired, now: Template | None) -> Iterator[Action]:
    """The calls between what is there and what is wanted, in order."""
    if now is None:
        yield create_template(want)
        return
    if want.adopt and not now.ours:
        yield adopt_template(now)
    if has_new_data(want, now):
        yield create_version(now, want)
    if wanted_default(want, now) != now.default_version:
        yield set_default(now, wanted_default(want, now))
    yield from retag(now, wanted_tags(want, now))


def version_of(want: Desired, now: Template | None) -> int | Later:
    """The version that carries the wanted data."""
    if now is None:
        return Later(CREATED, "LaunchTemplate.LatestVersionNumber")
    if has_new_data(want, now):
        return Later(NEW_VERSION, "LaunchTemplateVersion.VersionNumber")
    return now_version(want, now)


def launched_version(want: Desired, now: Template | None) -> int | str | Later:
    """The version that new instances launch with, by its number where that is known."""
    if want.launch_version == "$Default":
        return wanted_default(want, now)
    return int(want.launch_version) if want.launch_version.isdecimal() else version_of(want, now)


def launched_data(want: Desired, now: Template | None) -> Mapping[str, Any]:
    """What new instances launch with: what is declared, unless an older version is asked for."""
    number = launched_version(want, now)
    return want.data if now is None or isinstance(number, Later) else now.versions.get(number, want.data)


def wanted_default(want: Desired, now: Template | None) -> int | Later:
    if want.default_version is None and now:
        return now.default_version
    if want.default_version.isdecimal():
        return int(want.default_version)
    return version_of(want, now)


def wanted_tags(want: Desired, now: Template | None) -> Mapping[str, str]:
    return tags_after(now.tags if now else {}, want.tags, want.purge_tags)


def retag(now: Template, wanted: Mapping[str, str]) -> Iterator[Action]:
    gone, new = tag_changes(now.tags, wanted)
    if gone:
        yield untag_template(now, gone)
    if new:
        yield tag_template(now, new)


def create_template(want: Desired) -> Action:
    named = {"LaunchTemplateName": want.name, "LaunchTemplateData": want.data, **description(want)}
    tags = tag_list({**(want.tags or {}), **SIGN})
    return Action(
        service="ec2",
        operation=CREATED,
        params={**named, "TagSpecifications": [{"ResourceType": "launch-template", "Tags": tags}]},
        summary=f"create launch template {want.name} with instance profile {profile_of(want.data)}",
    )


def create_version(now: Template, want: Desired) -> Action:
    return Action(
        service="ec2",
        operation=NEW_VERSION,
        params={"LaunchTemplateId": now.id, **new_data(want, now), **description(want)},
        summary=f"add a version to launch template {now.name}: {', '.join(differing(now_data(want, now), want.data))}",
    )


def new_data(want: Desired, now: Template) -> dict[str, Any]:
    """The data whole; or only what is declared and from which version AWS takes the rest, as that may be more than botocore tells."""
    source = source_data(want, now) if want.source_version else {}
    if not want.source_version or source.keys() - want.data.keys():  # AWS leaves out nothing that the source version has
        return {"LaunchTemplateData": want.data}
    data = {name: value for name, value in want.data.items() if value != source.get(name)}
    return {"SourceVersion": str(source_number(want, now)), "LaunchTemplateData": data}


def description(want: Desired) -> dict[str, str]:
    return {"VersionDescription": want.version_description} if want.version_description else {}


def set_default(now: Template, version: int | Later) -> Action:
    default = Later(version.operation, version.path, through=str) if isinstance(version, Later) else str(version)
    said = "that version" if isinstance(version, Later) else f"version {version}"
    return Action(
        service="ec2",
        operation="modify_launch_template",
        params={"LaunchTemplateId": now.id, "DefaultVersion": default},
        summary=f"make {said} the default of launch template {now.name}",
    )


def surplus(want: Desired, now: Template | None) -> list[int]:
    """The oldest versions, beyond those to keep, that the template itself does not need."""
    if now is None or want.keep_versions is None:
        return []
    newest_first = sorted(now.numbers, reverse=True)
    if has_new_data(want, now):
        newest_first.insert(0, now.version + 1)  # whatever its number, it is the newest
    needed = {wanted_default(want, now), want.launch_version, *({version_of(want, now), source_number(want, now)} if want.source_version else ())}
    return [number for number in reversed(newest_first[want.keep_versions :]) if not {number, str(number)} & needed]


def pruning(want: Desired, now: Template, used: Collection[str]) -> Plan:
    """Delete the surplus versions that nothing uses."""
    gone = [number for number in surplus(want, now) if str(number) not in used]
    steps = (delete_versions(now, gone[start : start + AT_ONCE]) for start in range(0, len(gone), AT_ONCE))
    told = {"launch_template": {want.name: {**carried(want), "pruned": gone}}} if gone else {}
    return Plan(before=None, after=None, steps=tuple(steps), outcome=told)


def delete_versions(now: Template, numbers: list[int]) -> Action:
    return Action(
        service="ec2",
        operation="delete_launch_template_versions",
        params={"LaunchTemplateId": now.id, "Versions": [str(number) for number in numbers]},
        summary=f"delete {counted(numbers)} of launch template {now.name}",
    )


def counted(numbers: list[int]) -> str:
    return f"version{'s' if len(numbers) > 1 else ''} {', '.join(str(number) for number in numbers)}"


def adopt_template(now: Template) -> Action:
    return Action(
        service="ec2",
        operation="create_tags",
        params={"Resources": [now.id], "Tags": tag_list(SIGN)},
        summary=f"adopt launch template {now.name}",
    )


def tag_template(now: Template, tags: Mapping[str, str]) -> Action:
    return Action(
        service="ec2",
        operation="create_tags",
        params={"Resources": [now.id], "Tags": tag_list(tags)},
        summary=f"tag launch template {now.name}",
    )


def untag_template(now: Template, keys: list[str]) -> Action:
    return Action(
        service="ec2",
        operation="delete_tags",
        params={"Resources": [now.id], "Tags": [{"Key": key} for key in keys]},
        summary=f"remove tags from launch template {now.name}",
    )


def delete_template(now: Template) -> Action:
    return Action(
        service="ec2",
        operation="delete_launch_template",
        params={"LaunchTemplateId": now.id},
        summary=f"delete launch template {now.name}",
    )


def result(want: Desired, now: Template | None) -> dict[str, Any]:
    """What the task returns about the template."""
    return {
        "launch_template_id": now.id if now else Later(CREATED, "LaunchTemplate.LaunchTemplateId"),
        "launch_template_name": want.name,
        "version_number": version_of(want, now),
        "default_version_number": wanted_default(want, now),
        "instance_profile": profile_of(want.data),
        "image_id": want.image,
    }


def told(now: Template, want: Desired, shape: Any) -> dict[str, Any]:
    """The template before, for the diff."""
    return {
        "name": now.name,
        "version": now_version(want, now),
        "default_version": now.default_version,
        "data": in_words(less_added(now_data(want, now), want.data), shape),
        **({} if want.tags is None else {"tags": dict(now.tags)}),
        **({"adopted": bool(now.ours)} if want.adopt else {}),
    }


def outcome_told(want: Desired, now: Template | None, shape: Any) -> dict[str, Any]:
    """The template after, for the diff."""
    return {
        "name": want.name,
        "version": version_of(want, now),
        "default_version": wanted_default(want, now),
        "data": in_words(want.data if has_new_data(want, now) else less_added(now_data(want, now), want.data), shape),
        **({} if want.tags is None else {"tags": wanted_tags(want, now)}),
        **({"adopted": True} if want.adopt else {}),
    }
