# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user of the sandbox may set, as a frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any


class UnknownSetting(ValueError):
    """A setting the sandbox does not have, or a value it cannot take."""


@dataclass(frozen=True)
class Settings:
    """How this AWS behaves; a reset brings the defaults back. A delay is how many seconds one piece of news takes."""

    profile_delay: float = 0.0  # until EC2 and Auto Scaling know a new profile, or one that was given a role
    profile_role_delay: float = 0.0  # until they know the role that was put in a profile
    launch_delay: float = 0.0  # until the launches of a group know a profile that its creation knew already
    role_delay: float = 0.0  # until IAM's calls know a new role
    arn_delay: float = 0.0  # until IAM shows the ARN of a new role or profile, and not its id
    hook_delay: float = 0.0  # until Auto Scaling can publish to a hook's target as a new role
    association_delay: float = 0.0  # until an instance has the profile that it is given while it runs, or is rid of it
    launch_configurations: bool = True
    hooks_hold: bool = False
    latency: float = 0.0  # seconds that each call is on its way, beside others
    most_groups: int = 500  # Auto Scaling groups in a region
    calls_per_second: float = 0.0
    burst: int = 10
    default_regions: tuple[str, ...] = ()  # those that are enabled unless an account opts in; AWS's own, if none is named

    def changed(self, wanted: Mapping[str, Any]) -> Settings:
        unknown = sorted(wanted.keys() - {field.name for field in fields(self)})
        if unknown:
            raise UnknownSetting(f"there is no setting {', '.join(unknown)}")
        return replace(self, **{name: READERS[name](name, value) for name, value in wanted.items()})

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def seconds(name: str, value: Any) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
        return float(value)
    raise UnknownSetting(f"{name} is a number of seconds, zero or more, not {value!r}")


def rate(name: str, value: Any) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
        return float(value)
    raise UnknownSetting(f"{name} is a number of calls, zero for no limit, not {value!r}")


def count(name: str, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise UnknownSetting(f"{name} is a number, one or more, not {value!r}")


def truth(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise UnknownSetting(f"{name} is true or false, not {value!r}")


def names(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise UnknownSetting(f"{name} is a list of names, empty for those of AWS, not {value!r}")


DELAYS = {field.name: seconds for field in fields(Settings) if field.name.endswith("_delay")}
READERS = {
    **DELAYS,
    "latency": seconds,
    "launch_configurations": truth,
    "hooks_hold": truth,
    "calls_per_second": rate,
    "burst": count,
    "most_groups": count,
    "default_regions": names,
}
