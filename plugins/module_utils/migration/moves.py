# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which groups leave their launch configurations, or go back to them, and what may be deleted then: decided from one look. Pure.

Private to this collection. A template that was made from a launch configuration has a tag that says so. It is all that a later run needs:
to bring instances that are still behind, to delete what is used no more, and to go back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..core.errors import Refused
from ..core.shapes import described
from ..core.template_names import template_names
from ..launch_configuration.as_template import MADE_FROM
from ..launch_configuration.state import is_of_line

Words = Mapping[str, Any]

STATES = ("migrated", "undone")
DELETE = {"migrated": ("none", "migrated", "unused"), "undone": ("none", "migrated")}
# One that went between the two calls that tell of groups and of configurations.
UNKNOWN = {"instance_profile": None, "groups": [], "instances": [], "launch_templates": []}


@dataclass(frozen=True)
class Asked:
    """What a play says of the groups."""

    state: str = "migrated"
    rollout: Words = field(default_factory=dict)
    delete: str = "none"
    template_names: Mapping[str, str] = field(default_factory=dict)
    instance_profile: str | None = None
    kept_elsewhere: bool = False
    names: Sequence[str] | None = None
    tags: Mapping[str, Any] = field(default_factory=dict)

    @property
    def replaces(self) -> bool:
        """Whether no instance is left, once the task is over, that was launched from something else."""
        return self.rollout.get("strategy") == "refresh" and self.rollout.get("wait", True) is not False


@dataclass(frozen=True)
class Move:
    """One group on its way, or why it stays."""

    group: str
    source: str
    goal: str
    member: Words = field(default_factory=dict)
    because: str = ""
    stays: bool = False  # whether it launches from there already, and instances alone are behind


def names_in(given: Any) -> Sequence[str] | None:
    """Return the names of a list or of one string with commas or spaces, as a survey gives them; None, for every group, if nothing is given."""
    if isinstance(given, str):
        return given.replace(",", " ").split() or None
    if given is None or (isinstance(given, (list, tuple)) and all(isinstance(name, str) for name in given)):
        return given
    raise Refused(f"names: must be a list of the names of groups or one string with commas, not {described(given)}. Give for example [web, batch].")


def moves(there: Words, asked: Asked) -> dict[str, Any]:
    """What there is to do, from what asg_launch_with_profile_info tells of all groups and launch configurations."""
    refuse_nonsense(asked)
    given = {group: name for group, name in asked.template_names.items() if name}
    # By all groups of the region, so that the names do not depend on which groups are chosen.
    asked = replace(asked, template_names={**template_names(group["auto_scaling_group_name"] for group in there["auto_scaling_groups"]), **given})
    configurations = {one["launch_configuration_name"]: one for one in there["launch_configurations"]}
    decide = forth if asked.state == "migrated" else back
    decided = [move for group in there["auto_scaling_groups"] if is_meant(group, asked) and (move := decide(group, configurations, asked))]
    going = [move for move in decided if not move.because]
    deleted, kept = (forth_over if asked.state == "migrated" else back_over)(going, configurations, there["auto_scaling_groups"], asked)
    return {
        "fleet": [move.member for move in going],
        "plan": [sentence(move) for move in going],
        "left_out": [{"auto_scaling_group_name": move.group, "because": move.because} for move in decided if move.because],
        "delete": deleted,
        "kept": kept,
    }


def refuse_nonsense(asked: Asked) -> None:
    if asked.state not in STATES:
        raise Refused(f"state: must be one of {', '.join(STATES)}, not {asked.state}")
    if asked.delete not in DELETE[asked.state]:
        raise Refused(f"delete: must be one of {', '.join(DELETE[asked.state])} where state is {asked.state}, not {asked.delete}")


def is_meant(group: Words, asked: Asked) -> bool:
    tags = {key: str(value) for tag in group["tags"] for key, value in tag.items()}
    named = asked.names is None or group["auto_scaling_group_name"] in asked.names
    return named and all(tags.get(key) == str(value) for key, value in asked.tags.items())


def sentence(move: Move) -> str:
    if move.stays:
        return f"{move.group}: its instances from launch configuration {move.source} to launch template {move.goal}"
    kinds = ("launch template", "launch configuration")
    before, after = kinds if "launch_configuration" in move.member else kinds[::-1]
    return f"{move.group}: from {before} {move.source} to {after} {move.goal}"


def forth(group: Words, configurations: Mapping[str, Words], asked: Asked) -> Move | None:
    """Off its launch configuration; or, where that is done, its instances after it. Of all else there is nothing to say."""
    source = group["launches_from"].get("launch_configuration_name")
    if source:
        return off(group, configurations.get(source) or {**UNKNOWN, "launch_configuration_name": source}, asked)
    made_from = source_of(group, configurations)
    if made_from and asked.rollout.get("strategy", "none") != "none" and has_instances_of(group, made_from):
        launch = {"launch_template": as_it_is(group["launches_from"])}
        return Move(group["auto_scaling_group_name"], made_from, group["launches_from"]["launch_template_name"], member(group, launch, asked), stays=True)
    return None


def off(group: Words, configuration: Words, asked: Asked) -> Move:
    name, source = group["auto_scaling_group_name"], configuration["launch_configuration_name"]
    goal = asked.template_names[name]
    profile = {} if configuration["instance_profile"] else {"instance_profile": asked.instance_profile}
    template = {"name": goal, "source_launch_configuration": source, "tags": {MADE_FROM: source}, "purge_tags": False}
    return Move(name, source, goal, member(group, {**profile, "launch_template": template}, asked), whose(group, asked) or why_not(configuration, asked))


def why_not(configuration: Words, asked: Asked) -> str:
    if not configuration["instance_profile"] and not asked.instance_profile:
        return f"launch configuration {configuration['launch_configuration_name']} carries no instance profile, and none is given"
    return ""


def whose(group: Words, asked: Asked) -> str:
    """Why it is not ours to move, in whatever direction."""
    return f"it is kept by {group['kept_by']}, which would not know of it" if group["kept_by"] and not asked.kept_elsewhere else ""


def as_it_is(launch: Words) -> Words:
    version = launch["version"] or "$Default"
    return {"name": launch["launch_template_name"], "source_version": version, "version": version}


def member(group: Words, launch: Words, asked: Asked) -> Words:
    return {"name": group["auto_scaling_group_name"], **launch, **({"rollout": asked.rollout} if asked.rollout else {})}


def source_of(group: Words, configurations: Mapping[str, Words]) -> str | None:
    """The launch configuration that its template was made from, if that is still there."""
    template = group["launches_from"].get("launch_template_name")
    return next((name for name, one in configurations.items() if template in one["launch_templates"]), None)


def has_instances_of(group: Words, configuration: str) -> bool:
    return any(instance["launched_from"] == configuration for instance in group["instances"])


def back(group: Words, configurations: Mapping[str, Words], asked: Asked) -> Move | None:
    """To the launch configuration that its template was made from."""
    name, template = group["auto_scaling_group_name"], group["launches_from"].get("launch_template_name")
    source = source_of(group, configurations)
    if source:
        launch = {"launch_configuration": {"name": source, "source_version": "latest"}}
        return Move(name, template, source, member(group, launch, asked), whose(group, asked) or not_back(source, configurations))
    if template and asked.names is not None:
        return Move(name, template, "", because=f"launch template {template} was made from no launch configuration that is there")
    return None


def not_back(source: str, configurations: Collection[str]) -> str:
    later = [one for one in configurations if one != source and is_of_line(one, source)]
    return f"launch configuration {source} has a later one, {later[0]}, in its place" if later else ""


Over = tuple[list[dict[str, Any]], list[dict[str, str]]]


def forth_over(going: Sequence[Move], configurations: Mapping[str, Words], groups: Sequence[Words], asked: Asked) -> Over:
    """The launch configurations that nobody uses any more once all have moved, as members of a fleet; and why others stay."""
    migrated = {move.source for move in going} | {source for group in groups if (source := source_of(group, configurations))}
    wanted = lines({"none": set(), "migrated": migrated, "unused": {*configurations}}[asked.delete], configurations)
    leaving = {move.group for move in going}
    replaced = {one["instance_id"] for group in groups if asked.replaces and group["auto_scaling_group_name"] in leaving for one in group["instances"]}
    users = {name: [user for one in line for user in users_of(configurations[one], leaving, replaced)] for name, line in wanted.items()}
    gone = [{"state": "absent", "launch_configuration": {"name": name}} for name, some in users.items() if not some]
    return gone, [{"launch_configuration_name": name, "because": f"{some[0]} still uses it"} for name, some in users.items() if some]


def lines(wanted: Collection[str], configurations: Collection[str]) -> dict[str, list[str]]:
    """Each with the later ones of its line, which go with it and are not named again."""
    firsts = [name for name in sorted(wanted) if not any(is_of_line(name, other) for other in wanted if other != name)]
    return {name: [one for one in configurations if is_of_line(one, name)] for name in firsts}


def users_of(configuration: Words, leaving: Collection[str], replaced: Collection[str]) -> Iterator[str]:
    yield from (f"group {name}" for name in configuration["groups"] if name not in leaving)
    yield from (f"instance {one}" for one in configuration["instances"] if one not in replaced)


def back_over(going: Sequence[Move], configurations: Mapping[str, Words], groups: Sequence[Words], asked: Asked) -> Over:
    """The launch templates that the groups leave, unless another group stays, and those that they left in an earlier run."""
    leaving = {move.group for move in going}
    used = {group["launches_from"].get("launch_template_name") for group in groups if group["auto_scaling_group_name"] not in leaving}
    left = sorted({move.source for move in going} | ({*templates_left(groups, configurations, asked)} - used)) if asked.delete != "none" else []
    gone = [{"state": "absent", "launch_template": {"name": name}} for name in left if name not in used]
    return gone, [{"launch_template_name": name, "because": "another group still uses it"} for name in left if name in used]


def templates_left(groups: Sequence[Words], configurations: Mapping[str, Words], asked: Asked) -> Iterator[str]:
    """List the templates that were made from the launch configurations of groups that are back; of chosen groups, those named for them."""
    for group in groups:
        configuration = configurations.get(group["launches_from"].get("launch_configuration_name"))
        if configuration and is_meant(group, asked) and not whose(group, asked):
            name = group["auto_scaling_group_name"]
            goal = asked.template_names[name]
            chosen = asked.names is not None or asked.tags
            yield from (one for one in configuration["launch_templates"] if one == goal or not chosen)
