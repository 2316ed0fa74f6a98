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
    """How this AWS behaves; a reset brings the defaults back."""

    profile_delay: float = 0.0
    launch_configurations: bool = True

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


def truth(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise UnknownSetting(f"{name} is true or false, not {value!r}")


READERS = {"profile_delay": seconds, "launch_configurations": truth}
