# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tell of groups whole, and in words that a fleet takes back with nothing to do. Private to this collection.

Every member of that fleet was planned by the module's own plan: what would be refused or changed is left out, and why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..core.bulk import Bulk
from ..core.earlier import Earlier
from ..core.errors import CallRefused, PassroleError, Refused
from ..core.fleet import InBulk
from ..core.keepers import keeper
from ..core.pool import AT_A_TIME, all_of
from ..core.shapes import to_words
from ..core.spec import Spec
from ..launch_configuration import observe as configuration_observe
from ..launch_configuration import state as configuration_state
from ..launch_configuration.as_template import MADE_FROM
from ..launch_template import observe as template_observe
from ..launch_template import state as template_state
from ..rollout import survey as running
from .declaring import KINDS, configuration_source, group_words, tag_words, template_source
from .task import FLEET, WHICH, plan

Words = dict[str, Any]
Group = Mapping[str, Any]
Asked = running.Asked
FILTERS = ("tag-key", "tag-value")
TAG = "tag:"

SOURCES = ("launch_template", "launch_configuration")
SHELVES = ("versions", "policies", "actions", "notifications")
MADE_FROM_ANY = ({"Name": "tag-key", "Values": [MADE_FROM]},)
NO_PROFILE = "what it launches from carries no instance profile"


@dataclass(frozen=True)
class Launch:
    """What a group launches from: as it may be declared, what is told of it, or why it cannot be declared."""

    profile: str | None = None
    told: Words = field(default_factory=dict)
    option: Words = field(default_factory=dict)
    because: str = ""


@dataclass(frozen=True)
class Told:
    """One group: what is told of it, and how it may be declared, or why not."""

    record: Words
    member: Words | None = None
    because: str = ""


def asked_for(params: Mapping[str, Any]) -> Asked:
    """Which groups, by the options of the module."""
    names = None if params["names"] is None else tuple(params["names"])
    return Asked(names, filters_of(params), params["associations"], params["instance_refreshes"])


def filters_of(params: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    for name in params["filters"] or {}:
        if name not in FILTERS and not str(name).startswith(TAG):
            raise Refused(f"filters.{name}: no such filter; AWS has {', '.join(FILTERS)} and {TAG}KEY")
    said = {**(params["filters"] or {}), **{f"{TAG}{key}": value for key, value in (params["tags"] or {}).items()}}
    values = {name: tuple(map(str, value)) if isinstance(value, (list, tuple)) else (str(value),) for name, value in said.items()}
    if empty := next((name for name, given in values.items() if not given), None):
        raise Refused(f"filters.{empty}: an empty list matches no group. Give at least one value.")
    return values


def survey(params: Mapping[str, Any], aws: Any) -> Words:
    """What is told of the groups, the fleet that they are, and the launch configurations of the region."""
    bulk = Bulk(aws.find)
    asked = asked_for(params)
    groups = running.groups_of(asked, bulk.find)
    told = running.survey(asked, groups, bulk.find, aws.model("autoscaling").shape_for("InstanceRefresh"))
    told = [{**record, **of_owners(group)} for record, group in zip(told, groups)]
    whole = as_a_fleet(groups, told, bulk, aws) if params["fleet"] else {"auto_scaling_groups": told}
    if not params["launch_configurations"]:
        return whole
    # What was read of all groups is not read again.
    every = groups if asked.names is None and not asked.filters else configuration_observe.find_groups(aws.find)
    return {**whole, "launch_configurations": configurations(every, aws.find)}


def of_owners(group: Group) -> Words:
    """What tells whose a group is."""
    return {"tags": tag_words(group), "kept_by": keeper({tag["Key"]: tag.get("Value", "") for tag in group.get("Tags", [])}) or None}


def configurations(groups: Sequence[Group], find: Any) -> list[Words]:
    """Each launch configuration of the region, which of all groups use it now, and what was made from it."""
    launching = {group["AutoScalingGroupName"]: group.get("LaunchConfigurationName") for group in groups}
    launched = configuration_observe.launched_in(groups)
    templates = {one["LaunchTemplateName"]: source_told_by(one) for one in find("ec2", "describe_launch_templates", Filters=MADE_FROM_ANY)["LaunchTemplates"]}
    told = find("autoscaling", "describe_launch_configurations", MaxRecords=configuration_observe.LARGEST_PAGE)["LaunchConfigurations"]
    return [with_users(one, launching, launched, templates) for one in sorted(told, key=lambda one: one["LaunchConfigurationName"])]


def source_told_by(template: Mapping[str, Any]) -> str:
    return next(tag["Value"] for tag in template["Tags"] if tag["Key"] == MADE_FROM)


def with_users(one: Mapping[str, Any], *uses: Mapping[str, str | None]) -> Words:
    """What is told of one, by what groups launch from, instances were launched from, and templates were made from."""
    name = one["LaunchConfigurationName"]
    users, instances, templates = (sorted(user for user, source in some.items() if source == name) for some in uses)
    return {
        "launch_configuration_name": name,
        "instance_profile": configuration_state.profile_of(one) or None,
        "groups": users,
        "instances": instances,
        "launch_templates": templates,
    }


def as_a_fleet(groups: Sequence[Group], told: list[Words], bulk: Bulk, aws: Any) -> Words:
    bulk.expect(SHELVES)
    bulk.keep_groups(groups)
    door = InBulk(aws, bulk)
    users = Counter(repr(named(group)) for group in groups)
    whole = all_of(groups, lambda group: declared(group, users[repr(named(group))] > 1, door), AT_A_TIME)
    return {
        "auto_scaling_groups": [{**record, **one.record} for record, one in zip(told, whole)],
        "fleet": [one.member for one in whole if one.member],
        "left_out": [{"auto_scaling_group_name": group["AutoScalingGroupName"], "because": one.because} for group, one in zip(groups, whole) if one.because],
    }


def named(group: Group) -> tuple[str | None, ...]:
    """The launch template or configuration, whichever its version."""
    source = running.launch_source(group)
    return source.get("launch_template_id"), source.get("launch_configuration_name")


def declared(group: Group, shared: bool, aws: Any) -> Told:
    launch = launch_of(group, aws)
    belongings = belongings_of(group, aws.find)
    model = aws.model("autoscaling")
    told = {kind.option: [to_words(item, kind.request(model)) for item in kind.gather(belongings[kind.option])] for kind in KINDS}
    record = {
        "auto_scaling_group": to_words(group, model.shape_for("AutoScalingGroup")),
        "instance_profile": launch.profile,
        "launch": launch.told,
        **told,
    }
    if launch.because or group.get("Status"):
        return Told(record, because=launch.because or "it is being deleted")
    words = {"name": group["AutoScalingGroupName"], "instance_profile": launch.profile, **launch.option, **group_words(group, belongings, model)}
    some = iter([used(words)]) if shared else candidates(words)
    return replace(proven(some, aws), record=record)


def belongings_of(group: Group, find: Any) -> dict[str, Any]:
    """In bulk but for hooks, of which AWS tells group by group."""
    name = group["AutoScalingGroupName"]
    told = {kind.option: find("autoscaling", kind.read, **kind.by_group(name))[kind.answered] for kind in KINDS}
    return {**told, "warm_pool": group.get("WarmPoolConfiguration")}


def candidates(words: Words) -> Iterator[Words]:
    """What may be declared, all of it; or less of the launch, where not all of it can be said."""
    yield words
    yield used(words)
    yield {word: {name: value[name] for name in value if name != "source_version"} if word in SOURCES else value for word, value in words.items()}


def used(words: Words) -> Words:
    """The same, with what it launches from left to whoever keeps that: each thing is declared once."""
    less = {word: value for word, value in words.items() if word != "instance_profile"}
    return {word: {name: value[name] for name in value if name in WHICH} if word in SOURCES else value for word, value in less.items()}


def proven(some: Iterator[Words], aws: Any) -> Told:
    """The first that plans nothing, or why the first does not."""
    reasons = []
    for words in some:
        because = why_not(words, aws)
        if not because:
            return Told({}, words)
        reasons.append(because)
    return Told({}, because=reasons[0])


def why_not(words: Words, aws: Any) -> str:
    try:
        steps = plan({**Spec(FLEET).read(words), "builds_on": Earlier()}, aws)
    except CallRefused:
        raise
    except PassroleError as refusal:
        return str(refusal)
    return "; ".join(step.summary for step in steps)


def launch_of(group: Group, aws: Any) -> Launch:
    named = running.launch_source(group)
    if named.get("launch_template_id"):
        return of_template(named, aws)
    return of_configuration(named["launch_configuration_name"], aws) if named.get("launch_configuration_name") else Launch(because="it launches from nothing")


def of_template(named: Mapping[str, str], aws: Any) -> Launch:
    """The version that the group asks for; a template is known by its name, and may be another by now."""
    shape = aws.request("ec2", "CreateLaunchTemplate").members["LaunchTemplateData"]
    name, version = named["launch_template_name"], named["version"] or "$Default"
    want = template_state.Desired(name, launch_version=version)
    now = template_observe.observe(want, aws.find, Earlier(), shape).template
    if now is None or now.id != named["launch_template_id"]:
        return Launch(because=f"launch template {name} ({named['launch_template_id']}) is not there")
    number = {"$Latest": now.version, "$Default": now.default_version}.get(version) or int(version)
    if number not in now.versions:
        return Launch(because=f"launch template {name} has no version {number}")
    data = now.versions[number]
    told = {**named, "version_number": number, "data": template_state.in_words(data, shape)}
    return carried(told, template_state.profile_of(data), {"launch_template": template_source(name, version, data, shape)})


def of_configuration(name: str, aws: Any) -> Launch:
    shape = aws.request("autoscaling", "CreateLaunchConfiguration")
    line = configuration_observe.find_line(configuration_state.Desired(name), aws.find, shape)
    data = next((one.data for one in line if one.name == name), None)
    if data is None:
        return Launch(because=f"launch configuration {name} is not there")
    told = {"launch_configuration_name": name, "data": configuration_state.in_words(data, shape)}
    return carried(told, configuration_state.profile_of(data), {"launch_configuration": configuration_source(name, data, shape)})


def carried(told: Words, profile: str | None, option: Words) -> Launch:
    return Launch(profile or None, told, option, "" if profile else NO_PROFILE)
