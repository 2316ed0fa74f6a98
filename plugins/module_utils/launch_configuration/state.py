# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a launch configuration is, what is wanted of it, and what was seen. Private to this collection.

AWS lets none be changed. So a declaration stands for a line of them: the first has the
declared name, each later one that name and a digest of its data.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..core.errors import Refused
from ..core.metadata_options import with_imdsv2
from ..core.profile_names import checked_profile, in_ec2_words, is_another, profile_named
from ..core.shapes import NOTHING, hint, meaning, to_api, to_words, truth, words_of
from ..core.user_data import as_read, digest, encoded

OPTION = "launch_configuration"
# Words of the option that are no members of the API.
OF_THE_OPTION = ("name", "gzip_user_data", "source_version")
NEWEST = ("latest", "$Latest")

PROFILE = "IamInstanceProfile"
SUFFIX = "-[0-9a-f]{12}"
LONGEST_NAME = 255 - len("-0123456789ab")

# What AWS's answers say of members that were not said.
DEFAULTS = {
    "EbsOptimized": False,
    "InstanceMonitoring": {"Enabled": True},
    "MetadataOptions": {"HttpTokens": "optional", "HttpPutResponseHopLimit": 1, "HttpEndpoint": "enabled"},
}
DEFAULTS_OF_DEVICE = {"NoDevice": False, "Ebs": {"DeleteOnTermination": True, "Encrypted": False}}


@dataclass(frozen=True)
class Configuration:
    """A launch configuration. ``data`` is in API words, as a request would say it, without the name."""

    name: str
    data: Mapping[str, Any]
    created: str = ""


@dataclass(frozen=True)
class Desired:
    """What the playbook asks for, whole, unless it is ``partly``; and the group that is to launch from it, if any."""

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
    group: str | None = None
    present: bool = True
    partly: bool = False  # whether the newest one of the line says what is not declared
    zipped: bool = False  # whether the user data were asked to be packed


@dataclass(frozen=True)
class Observed:
    """The line of this name, the oldest first; the configuration that each group launches from, where it matters, and each instance was launched from."""

    line: tuple[Configuration, ...] = ()
    users: Mapping[str, str | None] = field(default_factory=dict)
    launched: Mapping[str, str] = field(default_factory=dict)  # by instance, of those that run
    new_profile: bool = False  # whether an earlier task made or changed the instance profile


def desired(words: Mapping[str, Any], group: str | None, profile: str | None, present: bool, request: Any) -> Desired:
    """What the option asks for, held against CreateLaunchConfiguration's request shape."""
    refuse_misspelt(words, request)
    name = checked_name(words.get("name") or words.get("launch_configuration_name") or group, request)
    partly = present and is_partly(words)
    data = declared_data(words, name, profile, request) if present else {}
    return Desired(name, data if partly or not present else completed(data), group, present, partly, is_zipped(words))


def refuse_misspelt(words: Mapping[str, Any], request: Any) -> None:
    known = {*OF_THE_OPTION, *words_of(request)}
    for word in words:
        if word not in known:
            raise Refused(f"{OPTION}.{word}: no such member{hint(str(word), request, known)}")


def checked_name(name: Any, request: Any) -> str:
    if not name:
        raise Refused(f"{OPTION}.name: must be given where there is no name of a group")
    if len(str(name)) > LONGEST_NAME:
        raise Refused(f"{OPTION}.name: {len(str(name))} characters, and at most {LONGEST_NAME} leave room for a later one's suffix")
    return to_api(name, request.members["LaunchConfigurationName"], f"{OPTION}.name")


def is_partly(words: Mapping[str, Any]) -> bool:
    version = words.get("source_version")
    if version not in (None, *NEWEST):
        raise Refused(f"{OPTION}.source_version: must be latest, as launch configurations have no versions, not {version}")
    if version and words.get("instance_id"):
        raise Refused(f"{OPTION}.instance_id: given beside source_version; what is not declared is taken from one of them")
    return version is not None


def based(want: Desired, line: Sequence[Configuration]) -> Desired:
    """The same, with what it does not declare taken from the newest of its line; what it declares empty is not."""
    if not want.partly:
        return want
    if line:
        return replace(want, data=refuse_incomplete(less_nothing(combined(line[-1].data, want.data))))
    missing = [member for member in ("ImageId", "InstanceType", PROFILE) if not want.data.get(member)]
    if missing:
        raise Refused(f"{OPTION}.source_version: there is no launch configuration {want.name} to take from what is not declared")
    return replace(want, data=completed(want.data))


def combined(source: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, Any]:
    """Structures member by member; what is no structure takes the place of the source's."""
    both = {name for name in source.keys() & declared.keys() if declared[name] and isinstance(source[name], Mapping)}
    return {**source, **declared, **{name: {**source[name], **declared[name]} for name in both}}


def completed(data: dict[str, Any]) -> dict[str, Any]:
    """The data, safe where nothing was said."""
    return with_imdsv2(refuse_incomplete(data))


def less_nothing(data: Mapping[str, Any]) -> dict[str, Any]:
    return {member: value for member, value in data.items() if value not in NOTHING}


def declared_data(words: Mapping[str, Any], name: str, profile: str | None, request: Any) -> dict[str, Any]:
    """The data as they are said, with the profile in them."""
    said = {word: value for word, value in with_encoded_user_data(words).items() if word not in OF_THE_OPTION}
    data = to_api({**said, "launch_configuration_name": name}, request, OPTION)
    data = {member: value for member, value in data.items() if member != "LaunchConfigurationName"}
    return with_profile(data, profile)


def with_encoded_user_data(words: Mapping[str, Any]) -> Mapping[str, Any]:
    zipped = is_zipped(words)
    if not isinstance(words.get("user_data"), str) or not words["user_data"]:
        return words
    return {**words, "user_data": encoded(words["user_data"], zipped, f"{OPTION}.user_data")}


def is_zipped(words: Mapping[str, Any]) -> bool:
    return truth(words.get("gzip_user_data", False), None, f"{OPTION}.gzip_user_data")


def refuse_incomplete(data: dict[str, Any]) -> dict[str, Any]:
    for member, word in (("ImageId", "image_id"), ("InstanceType", "instance_type")):
        if not data.get(member) and not data.get("InstanceId"):
            raise Refused(f"{OPTION}.{word}: must be given, or instance_id, an instance to take it from")
    if not data.get(PROFILE):
        raise Refused("instance_profile: must be given; its name or its ARN")
    return data


def with_profile(data: dict[str, Any], profile: str | None) -> dict[str, Any]:
    if profile and data.get(PROFILE):
        raise Refused(f"{OPTION}.iam_instance_profile: given twice; instance_profile says it already")
    return {**data, PROFILE: checked_profile(profile or data[PROFILE])} if profile or data.get(PROFILE) else data


def profile_of(data: Mapping[str, Any]) -> str | None:
    """The name of the profile, however it is given."""
    return profile_named(in_ec2_words(data.get("IamInstanceProfile", "")))


def is_of_line(name: str, declared: str) -> bool:
    """Whether a configuration of this name is the declared one or a later one of its line."""
    return re.fullmatch(f"{re.escape(declared)}({SUFFIX})?", name) is not None


def later_name(want: Desired) -> str:
    """The name of a later one of the line: the same data give the same name, so an interrupted run finds its own again."""
    said = json.dumps(comparable(want.data), sort_keys=True)
    return f"{want.name}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def found(want: Desired, line: Sequence[Configuration]) -> Configuration | None:
    """The one of the line that carries the wanted data; of more than one, that from which all else is taken."""
    return next((one for one in (reversed(line) if want.partly else line) if carries(one, want)), None)


def carries(one: Configuration, want: Desired) -> bool:
    # None can be changed, so one that is named after the wanted data has them, whatever AWS adds when it tells of them.
    return one.name == later_name(want) or not differing(one.data, want.data)


def differing(have: Mapping[str, Any], want: Mapping[str, Any]) -> list[str]:
    """The members in which the data are not as wanted, so that a plan says why there is a new configuration."""
    before, after = comparable(less_added(have, want)), comparable(want)
    # An instance gives all that is not said, and AWS tells nothing of the instance.
    compared = after.keys() - {"InstanceId"} if "InstanceId" in after else {*before, *after}
    given = (in_ec2_words(data.get("IamInstanceProfile", "")) for data in (have, want))
    others = {"IamInstanceProfile"} if is_another(*given) else set()
    return sorted({name for name in compared if before.get(name) != after.get(name)} | others)


def comparable(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data in a form that is equal when Auto Scaling would launch the same from both."""
    user_data = {"UserData": as_read(data["UserData"]).hex()} if data.get("UserData") else {}
    return meaning({**data, "IamInstanceProfile": profile_of(data), **user_data})


def less_added(have: Mapping[str, Any], want: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a configuration, without AWS's defaults that nobody asks for."""
    wanted = {device["DeviceName"]: device for device in want.get("BlockDeviceMappings", [])}
    devices = [
        beyond(DEFAULTS_OF_DEVICE, device, wanted.get(device["DeviceName"], {})) for device in have.get("BlockDeviceMappings", [])
    ]
    return {**beyond(DEFAULTS, have, want), "BlockDeviceMappings": devices}


def beyond(defaults: Mapping[str, Any], have: Mapping[str, Any], want: Mapping[str, Any]) -> dict[str, Any]:
    """What there is beyond the defaults, or asked for all the same; inside structures too."""
    return {
        member: beyond(defaults[member], value, want.get(member, {})) if isinstance(value, Mapping) and member in defaults else value
        for member, value in have.items()
        if member in want or member not in defaults or value != defaults[member]
    }


def plain_words(data: Mapping[str, Any], shape: Any) -> dict[str, Any]:
    """The data in playbook words, user data as they are; for nobody to see."""
    return to_words(less_nothing(data), shape)


def in_words(data: Mapping[str, Any], shape: Any) -> dict[str, Any]:
    """The data as a person may see them: user data by their digest only."""
    words = plain_words(data, shape)
    if words.get("user_data"):
        words["user_data"] = digest(words["user_data"])
    return words
