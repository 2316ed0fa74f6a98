# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a launch template is, what is wanted of it, and what was seen. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..core.authorization import AT_LAUNCH
from ..core.errors import Refused
from ..core.metadata_options import with_imdsv2
from ..core.profile_names import checked_profile, in_ec2_words, is_another, profile_named
from ..core.shapes import NOTHING, hint, meaning, to_api, to_words, truth, whole, words_of
from ..core.shapes import described as described_words
from ..core.tags import refuse_reserved
from ..core.user_data import as_read, digest, encoded

# Words of the option launch_template that speak of the template itself, not of its data.
OF_THE_TEMPLATE = (
    "name",
    "source_version",
    "source_launch_configuration",
    "version",
    "version_description",
    "default_version",
    "tags",
    "purge_tags",
    "gzip_user_data",
    "image_ssm_parameter",
    "keep_versions",
)

# The tag by which a template is known to be made, or adopted, by this collection.
SIGN = {"passrole.ec2": "asg_launch_with_profile"}


# The metadata options that AWS may tell of a template that gives only some.
FILLED_IN = {
    "HttpEndpoint": "enabled",
    "HttpProtocolIpv6": "disabled",
    "HttpPutResponseHopLimit": 1,
    "InstanceMetadataTags": "disabled",
}


# Of these a launch has one: who declares the one means nothing of the other.
INSTEAD = {"InstanceType": "InstanceRequirements", "InstanceRequirements": "InstanceType"}

# AWS's own names for the two are taken, too.
MOVING = {"latest": "latest", "default": "default", "$Latest": "latest", "$Default": "default"}

# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
LONGEST_KEY, LONGEST_VALUE = 128, 256


@dataclass(frozen=True)
class Template:
    """A launch template, by its latest version. ``data`` is in API words, as a request would say it.

    ``numbers`` are those of the versions that were read, ``versions`` the data of each. ``tags`` are told without
    our sign; ``ours`` says whether it is among them, ``None`` where tags were not read.
    """

    name: str
    id: str
    version: int
    default_version: int
    data: Mapping[str, Any]
    tags: Mapping[str, str] = field(default_factory=dict)
    numbers: tuple[int, ...] = ()
    ours: bool | None = None
    versions: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Desired:
    """What the playbook asks for. ``None`` means: leave that as it is; ``data`` is declared whole.

    With a ``source_version``, or a launch configuration for a source, they are not: ``based`` completes them from there.
    ``image_parameter`` names the Systems Manager parameter that holds the image's id,
    ``parameter_holds`` is the id it was found to hold. ``unsaid`` tells what the source says and no template can.
    """

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
    version_description: str | None = None
    source_version: str | None = None
    source_configuration: str | None = None
    default_version: str | None = "latest"
    launch_version: str = "pinned"
    tags: Mapping[str, str] | None = None
    purge_tags: bool = True
    image_parameter: str | None = None
    parameter_holds: str | None = None
    unsaid: str = ""
    keep_versions: int | None = None
    vet: bool = False
    adopt: bool = False
    force_delete: bool = False
    present: bool = True

    @property
    def image(self) -> str | None:
        """The id of the image that instances would launch with now."""
        return self.parameter_holds or self.data.get("ImageId")


@dataclass(frozen=True)
class Observed:
    """What AWS says is there."""

    template: Template | None


def desired(words: Mapping[str, Any], name: str, profile: str | None, present: bool, request: Any, vet: bool = False, adopt: bool = False) -> Desired:
    """What the option ``launch_template`` asks for, held against CreateLaunchTemplate's request shape."""
    refuse_misspelt(words, request.members["LaunchTemplateData"])
    said = declared_data(words, request.members["LaunchTemplateData"])
    source, configuration = checked_sources(words) if present else (None, None)
    return Desired(
        name=checked_name(name),
        data=completed(said, words, profile, partly=bool(source or configuration)) if present else {},
        source_version=source,
        source_configuration=configuration,
        version_description=described(words, request),
        default_version=checked_default(words.get("default_version"), source),
        launch_version=checked_version(words.get("version"), "pinned", "launch_template.version"),
        tags=checked_tags(words.get("tags")),
        purge_tags=truth(words.get("purge_tags", True), None, "launch_template.purge_tags"),
        image_parameter=checked_parameter(words, request.members["LaunchTemplateData"]) if present else None,
        keep_versions=checked_number(words.get("keep_versions"), "launch_template.keep_versions"),
        vet=vet,
        adopt=adopt,
        present=present,
    )


def refuse_misspelt(words: Mapping[str, Any], shape: Any) -> None:
    """Refuse a word that is neither the template's nor its data's, with all of both as candidates."""
    known = {*OF_THE_TEMPLATE, *words_of(shape)}
    for word in words:
        if word not in known:
            raise Refused(f"launch_template.{word}: no such member{hint(str(word), shape, known)}")


def checked_name(name: str) -> str:
    # botocore's model of CreateLaunchTemplate bounds its name by nothing; the API reference does, and EC2 once said 125.
    allowed = all(letter.isascii() and (letter.isalnum() or letter in "().-/_") for letter in name)
    if allowed and 3 <= len(name) <= 125:
        return name
    raise Refused(
        f"launch_template.name: {name} is no name for a launch template, which takes the group's unless given its own; "
        "AWS takes 3 to 125 letters, digits and ( ) . - / _"
    )


def checked_version(version: Any, usual: str, path: str) -> str:
    """``usual``, or a version's number, or in the case of a group one of AWS's two moving names."""
    if version is None:
        return usual
    if str(version) in (usual, *(("$Latest", "$Default") if usual == "pinned" else ())) or str(version).isdecimal():
        return str(version)
    others = " or $Latest or $Default" if usual == "pinned" else ""
    raise Refused(f"{path}: must be {usual}{others} or the number of a version, not {version}")


def checked_sources(words: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """What the rest of the data is taken from: a version of the template, or a launch configuration."""
    version, configuration = words.get("source_version"), words.get("source_launch_configuration")
    if version is not None and configuration is not None:
        raise Refused("launch_template.source_launch_configuration: given beside source_version; the rest is taken from one of them")
    if configuration is not None and (not isinstance(configuration, str) or not configuration):
        raise Refused(f"launch_template.source_launch_configuration: must be the name of a launch configuration, not {described_words(configuration)}")
    return checked_source(version), configuration


def checked_source(version: Any) -> str | None:
    if version is None or str(version) in MOVING or str(version).isdecimal():
        return None if version is None else MOVING.get(str(version), str(version))
    raise Refused(f"launch_template.source_version: must be latest, default or the number of a version, not {version}")


def checked_default(version: Any, source: str | None) -> str | None:
    """What is declared in part says nothing of the default version, as AWS leaves it where it is."""
    return None if version is None and source else checked_version(version, "latest", "launch_template.default_version")


def checked_number(words: Any, path: str) -> int | None:
    number = None if words is None else whole(words, None, path)
    if number is None or number > 0:
        return number
    raise Refused(f"{path}: {number}, and at least 1 needed")


def checked_tags(tags: Any) -> Mapping[str, str] | None:
    if tags is None:
        return None
    if not isinstance(tags, Mapping):
        raise Refused("launch_template.tags: must be a dictionary of keys and values")
    for key in sorted(SIGN.keys() & tags.keys()):
        raise Refused(f"launch_template.tags.{key}: is the sign of this collection, which sets it by itself")
    return {key: checked_tag(key, value) for key, value in ((str(key), value) for key, value in tags.items())}


def checked_tag(key: str, value: Any) -> str:
    """The value of one tag, held with its key against EC2's rules, which its model does not tell."""
    path = f"launch_template.tags.{key}"
    if not isinstance(value, (str, int, float)):
        raise Refused(f"{path}: must be a string, not {described_words(value)}")
    refuse_reserved({key: value}, "launch_template.tags")
    if not 1 <= len(key) <= LONGEST_KEY or len(str(value)) > LONGEST_VALUE:
        raise Refused(f"{path}: a key has 1 to {LONGEST_KEY} characters, and a value at most {LONGEST_VALUE}")
    return str(value)


def checked_parameter(words: Mapping[str, Any], shape: Any) -> str | None:
    """The parameter to ask for the image's id, be it now or at each launch."""
    image, name = words.get("image_id"), words.get("image_ssm_parameter")
    if image and name:
        raise Refused("launch_template.image_ssm_parameter: given beside image_id; a launch has one image")
    if name:
        return to_api(name, shape.members["ImageId"], "launch_template.image_ssm_parameter")
    return asked_at_launch(image)


def asked_at_launch(image: Any) -> str | None:
    return str(image)[len(AT_LAUNCH) :] if str(image).startswith(AT_LAUNCH) else None


def with_parameter(want: Desired, image: str) -> Desired:
    """The same, once the parameter's image is known: pinned, unless it is to be asked for at each launch."""
    data = want.data if want.data.get("ImageId") else {**want.data, "ImageId": image}
    return replace(want, data=data, parameter_holds=image)


def described(words: Mapping[str, Any], request: Any) -> str | None:
    text = words.get("version_description")
    if text is None:
        return None
    return to_api(text, request.members["VersionDescription"], "launch_template.version_description")


def declared_data(words: Mapping[str, Any], shape: Any) -> dict[str, Any]:
    """The template's data as they are said, in API words."""
    said = {word: value for word, value in words.items() if word not in OF_THE_TEMPLATE}
    return to_api(said, shape, "launch_template")


def completed(data: dict[str, Any], words: Mapping[str, Any], profile: str | None, partly: bool = False) -> dict[str, Any]:
    """The same, with the profile in them and safe where nothing was said; what is declared in part is completed once its source is known."""
    zipped = truth(words.get("gzip_user_data", False), None, "launch_template.gzip_user_data")
    if partly:
        return with_encoded_user_data(with_profile(data, profile) if profile or data.get("IamInstanceProfile") else data, zipped)
    return with_encoded_user_data(with_imdsv2(with_profile(less_nothing(data), profile)), zipped)


def less_nothing(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in NOTHING}


def based(want: Desired, now: Template | None) -> Desired:
    """The same, with what it does not declare taken from the source version; what it declares empty is not."""
    if want.source_version is None:
        return want
    refuse_no_source(want, now)
    if now is None:
        return replace(want, source_version=None, default_version=want.default_version or "latest", data=with_imdsv2(less_nothing(want.data)))
    return completed_from(want, source_data(want, now), f"version {source_number(want, now)} of launch template {now.name}")


def completed_from(want: Desired, source: Mapping[str, Any], told: str) -> Desired:
    """The same, with what it does not declare taken from a source, of which ``told`` speaks. The profile must be in one of the two."""
    kept = {name: value for name, value in source.items() if name != "ImageId" or not want.image_parameter}
    data = less_nothing(combined(kept, want.data))
    if not data.get("IamInstanceProfile"):
        raise Refused(f"instance_profile: must be given, as {told} carries none; its name or its ARN")
    return replace(want, data=data, image_parameter=want.image_parameter or asked_at_launch(data.get("ImageId")))


def combined(source: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, Any]:
    """Structures member by member; what is no structure takes the place of the source's, and so does the profile, which is named in one of two ways."""
    kept = {name: value for name, value in source.items() if INSTEAD.get(name) not in declared}
    both = {name for name in kept.keys() & declared.keys() - {"IamInstanceProfile"} if declared[name] and isinstance(kept[name], Mapping)}
    return {**kept, **declared, **{name: combined(kept[name], declared[name]) for name in both}}


def refuse_no_source(want: Desired, now: Template | None) -> None:
    """Refuse a source that is not there, where something is missing without it; a whole declaration makes the template."""
    if now is None and (want.source_version.isdecimal() or not want.data.get("IamInstanceProfile")):
        raise Refused(f"launch_template.source_version: there is no launch template {want.name} to take from what is not declared")
    if now and source_number(want, now) not in now.versions:
        raise Refused(f"launch_template.source_version: launch template {want.name} has no version {want.source_version}; its newest is {now.version}")


def source_number(want: Desired, now: Template) -> int:
    """The version that what is not declared is taken from."""
    numbers = {"latest": now.version, "default": now.default_version}
    return numbers[want.source_version] if want.source_version in numbers else int(want.source_version)


def source_data(want: Desired, now: Template) -> Mapping[str, Any]:
    return now.versions.get(source_number(want, now), {})


def with_profile(data: dict[str, Any], profile: str | None) -> dict[str, Any]:
    if profile and data.get("IamInstanceProfile"):
        raise Refused("launch_template.iam_instance_profile: given twice; instance_profile says it already")
    if profile:
        return {**data, "IamInstanceProfile": in_ec2_words(checked_profile(profile))}
    if data.get("IamInstanceProfile"):
        return data
    raise Refused("instance_profile: must be given; its name or its ARN")


def with_encoded_user_data(data: dict[str, Any], zipped: bool) -> dict[str, Any]:
    if not data.get("UserData"):
        return data
    return {**data, "UserData": encoded(data["UserData"], zipped, "launch_template.user_data")}


def profile_of(data: Mapping[str, Any]) -> str | None:
    """The name of the profile in a template's data, however it is given."""
    return profile_named(data.get("IamInstanceProfile", {}))


def comparable(data: Mapping[str, Any]) -> dict[str, Any]:
    """Template data in a form that is equal when EC2 would launch the same from both."""
    user_data = {"UserData": as_read(data["UserData"]).hex()} if data.get("UserData") else {}
    return meaning({**data, "IamInstanceProfile": profile_of(data), **user_data})


def differing(have: Mapping[str, Any], want: Mapping[str, Any]) -> list[str]:
    """The members in which a template's data are not as wanted, so that a plan says why there is a new version."""
    before, after = comparable(less_added(have, want)), comparable(want)
    others = {"IamInstanceProfile"} if is_another(have.get("IamInstanceProfile", {}), want.get("IamInstanceProfile", {})) else set()
    return sorted({name for name in {*before, *after} if before.get(name) != after.get(name)} | others)


def less_added(have: Mapping[str, Any], want: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a template, without AWS's defaults that nobody asks for."""
    said = want.get("MetadataOptions", {})
    kept = {
        name: value for name, value in have.get("MetadataOptions", {}).items() if name in said or value != FILLED_IN.get(name)
    }
    return {**have, "MetadataOptions": kept}


def in_words(data: Mapping[str, Any], shape: Any) -> dict[str, Any]:
    """Template data as a person may see it: user data by its digest only."""
    words = to_words(data, shape)
    if words.get("user_data"):
        words["user_data"] = digest(words["user_data"])
    return words
