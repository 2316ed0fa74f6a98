# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a change is to reach the running instances, what they run with, and which rollouts AWS knows of. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..core.errors import Refused
from ..core.shapes import to_api, xform_name
from ..core.timeouts import checked_timeout

STRATEGIES = ("none", "associate", "refresh")
PROGRESS = ("none", "changes", "always")
IGNORABLE = {"tag_specifications": "TagSpecifications", "user_data": "UserData"}
ACTIVE = ("Pending", "InProgress", "Cancelling", "RollbackInProgress", "Baking")
PROFILE = "IamInstanceProfile"
ROLLING, ROOT_VOLUME = "Rolling", "ReplaceRootVolume"
# Launch before terminate: https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
LAUNCH_FIRST = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 110}
WIDEST = 100  # the most that the two percentages may differ by

SUBOPTIONS = {
    "strategy": {"type": "str", "choices": list(STRATEGIES), "default": "none"},
    "when_more_differs": {"type": "str", "choices": ["refuse", "refresh"], "default": "refuse"},
    "when_under_way": {"type": "str", "choices": ["refuse", "cancel", "wait"], "default": "refuse"},
    "ignore": {"type": "list", "elements": "str", "choices": sorted(IGNORABLE), "default": []},
    "batch_size": {"type": "int", "default": 10},
    "max_batches": {"type": "int"},
    "refresh_strategy": {"type": "str", "choices": [ROLLING, ROOT_VOLUME], "default": ROLLING},
    "preferences": {"type": "dict", "default": {}},
    "wait": {"type": "bool", "default": True},
    "wait_for": {"type": "str", "choices": ["completion", "checkpoint"], "default": "completion"},
    "wait_timeout": {"type": "int", "default": 3600},
    "verify": {"type": "bool", "default": False},
    "progress": {"type": "str", "choices": list(PROGRESS), "default": "changes"},
    "hand_over": {"type": "bool", "default": False},
    "instance_refresh_id": {"type": "str"},
}
OPTION = {"type": "dict", "options": SUBOPTIONS}


@dataclass(frozen=True)
class Desired:
    """What the playbook asks for. ``preferences`` are in API words, as they were said; ``ignored`` are members of a launch."""

    declared: bool = False
    strategy: str = "none"
    when_more_differs: str = "refuse"
    when_under_way: str = "refuse"
    ignored: frozenset[str] = frozenset()
    batch_size: int = 10
    max_batches: int | None = None
    refresh_strategy: str = ROLLING
    preferences: Mapping[str, Any] = field(default_factory=dict)
    wait: bool = True
    wait_for: str = "completion"
    wait_timeout: float = 3600
    verify: bool = False
    hand_over: bool = False
    begun: str | None = None  # the instance refresh that somebody else has waited for


@dataclass(frozen=True)
class Source:
    """What one instance was launched from: a version of a launch template, or a launch configuration."""

    template: str | None = None
    version: str | None = None
    configuration: str | None = None
    template_name: str = field(default="", compare=False)  # which says no more than the id

    def __str__(self) -> str:
        return f"version {self.version}" if self.template else str(self.configuration)


@dataclass(frozen=True)
class Carried:
    """The instance profile that an instance is associated with."""

    association: str
    arn: str
    id: str
    state: str

    @property
    def name(self) -> str:
        return self.arn.rpartition("/")[2]


@dataclass(frozen=True)
class Instance:
    """One instance of the group or of its warm pool."""

    id: str
    lifecycle_state: str
    source: Source
    protected: bool = False
    carried: Carried | None = None

    @property
    def in_standby(self) -> bool:
        return self.lifecycle_state == "Standby"

    @property
    def stopped(self) -> bool:
        """Whether EC2 has it stopped, so that its profile cannot be replaced in one call."""
        return self.lifecycle_state.endswith((":Stopped", ":Hibernated"))

    @property
    def leaving(self) -> bool:
        return "Terminat" in self.lifecycle_state


@dataclass(frozen=True)
class Profile:
    """The instance profile that all are to carry; its ids are not known before it is there."""

    name: str
    arn: str | None = None
    id: str | None = None

    def carried_by(self, carried: Carried | None) -> bool:
        """By its id: another profile may have had the name, and gives nothing any more."""
        return carried is not None and self.id is not None and carried.id == self.id


@dataclass(frozen=True)
class Refresh:
    """An instance refresh that AWS knows of."""

    id: str
    status: str
    percentage: int
    answer: Mapping[str, Any]

    @property
    def active(self) -> bool:
        return self.status in ACTIVE

    @property
    def configuration(self) -> Mapping[str, Any] | None:
        return self.answer.get("DesiredConfiguration")


@dataclass(frozen=True)
class Observed:
    """The instances, the data that they were launched with as far as AWS still tells, the profile, and the latest refreshes.

    ``looked`` is whether it was looked what the instances carry, ``unseen`` what the caller may not look at, in words.
    """

    instances: tuple[Instance, ...] = ()
    data: Mapping[Source, Mapping[str, Any]] = field(default_factory=dict)
    profile: Profile | None = None
    refreshes: tuple[Refresh, ...] = ()
    looked: bool = False
    unseen: tuple[str, ...] = ()

    @property
    def active(self) -> Refresh | None:
        return next((one for one in self.refreshes if one.active), None)


@dataclass(frozen=True)
class Target:
    """What instances are to run with: where it comes from, as a group and a refresh say it, and with which data.

    ``source`` is not known where AWS is still to number the version.
    """

    profile: str
    configuration: Mapping[str, Any]
    data: Mapping[str, Any]
    source: Source | None
    maintained: Mapping[str, int] = field(default_factory=dict)  # the group's own instance maintenance policy
    in_place: bool = True  # whether a refresh can be given it as its desired configuration
    reversible: str = ""  # why there is no way back from it; nothing where there is one

    @property
    def told(self) -> str:
        return str(self.source) if self.source else "the new version"


@dataclass(frozen=True)
class Behind:
    """An instance that does not run with what is declared, and in which members."""

    instance: Instance
    differs: tuple[str, ...]

    @property
    def only_its_profile(self) -> bool:
        return self.differs == (PROFILE,)

    @property
    def as_words(self) -> dict[str, Any]:
        one = self.instance
        return {
            "instance_id": one.id,
            "lifecycle_state": one.lifecycle_state,
            "launched_from": str(one.source),
            "instance_profile": one.carried.name if one.carried else None,
            "differs": [xform_name(name) for name in self.differs],
        }


def desired(words: Mapping[str, Any] | None, model: Any) -> Desired:
    """What the option ``rollout`` asks for, held against StartInstanceRefresh's request shape."""
    if words is None:
        return Desired()
    refuse_idle(words)
    preferences = to_api(words["preferences"], model.shape_for("RefreshPreferences"), "rollout.preferences")
    refuse_odd(preferences)
    return Desired(
        declared=True,
        strategy=words["strategy"],
        when_more_differs=words["when_more_differs"],
        when_under_way=words["when_under_way"],
        ignored=frozenset(IGNORABLE[word] for word in words["ignore"]),
        batch_size=checked_count(words["batch_size"], "batch_size"),
        max_batches=None if words["max_batches"] is None else checked_count(words["max_batches"], "max_batches"),
        refresh_strategy=words["refresh_strategy"],
        preferences=preferences,
        wait=words["wait"],
        wait_for=words["wait_for"],
        wait_timeout=checked_timeout(words["wait_timeout"], "rollout.wait_timeout"),
        verify=words["verify"],
        hand_over=words["hand_over"],
        begun=words["instance_refresh_id"],
    )


def checked_count(number: int, option: str) -> int:
    if number < 1:
        raise Refused(f"rollout.{option}: {number}, and at least 1 needed")
    return number


def refuse_idle(words: Mapping[str, Any]) -> None:
    """Say so rather than pass over what has no effect."""
    if words["preferences"] and not refreshes(words):
        raise Refused("rollout.preferences: are those of an instance refresh; strategy must be refresh, or when_more_differs")
    if words["refresh_strategy"] != ROLLING and not refreshes(words):
        raise Refused("rollout.refresh_strategy: is that of an instance refresh; strategy must be refresh, or when_more_differs")
    if words["verify"] and words["strategy"] == "none":
        raise Refused("rollout.verify: verifies what a strategy rolled out, and strategy is none")
    if words["verify"] and not words["wait"]:
        raise Refused("rollout.verify: verifies what was waited for, and wait is false")
    if words["max_batches"] is not None and words["strategy"] != "associate":
        raise Refused("rollout.max_batches: counts batches of associations; strategy must be associate")
    if words["instance_refresh_id"] and not (words["wait"] and refreshes(words)):
        raise Refused("rollout.instance_refresh_id: is one that was waited for; strategy must be refresh, or when_more_differs, and wait true")
    if words["wait_for"] == "checkpoint" and "checkpoint_percentages" not in words["preferences"]:
        raise Refused("rollout.wait_for: there is no checkpoint to wait for; give preferences.checkpoint_percentages")


def refreshes(words: Mapping[str, Any]) -> bool:
    return "refresh" in (words["strategy"], words["when_more_differs"])


def refuse_odd(preferences: Mapping[str, Any]) -> None:
    """What Auto Scaling's reference forbids and its model does not tell."""
    checkpoints = preferences.get("CheckpointPercentages", [])
    if list(checkpoints) != sorted(set(checkpoints)) or any(not 1 <= one <= 100 for one in checkpoints):
        raise Refused("rollout.preferences.checkpoint_percentages: must be numbers from 1 to 100, each above the one before")
    if "CheckpointDelay" in preferences and not checkpoints:
        raise Refused("rollout.preferences.checkpoint_delay: has an effect with checkpoint_percentages only, which must be given too")
    least, most = preferences.get("MinHealthyPercentage"), preferences.get("MaxHealthyPercentage")
    if most is not None and least is None:
        raise Refused("rollout.preferences.max_healthy_percentage: AWS takes it beside min_healthy_percentage only, which must be given too")
    if most is not None and most - least > WIDEST:
        raise Refused(f"rollout.preferences.max_healthy_percentage: {most} is more than {WIDEST} above min_healthy_percentage {least}")


def source_of(answer: Mapping[str, Any]) -> Source:
    """What an instance was launched from, as Auto Scaling tells of it."""
    template = answer.get("LaunchTemplate")
    if template:
        return Source(template["LaunchTemplateId"], template.get("Version"), template_name=template.get("LaunchTemplateName", ""))
    return Source(configuration=answer.get("LaunchConfigurationName"))
