# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules on launch templates and launch configurations: what each launch with them opens. Pure. Private to this collection.

Judged are the versions that groups launch from, and the default version of every template, which is what a launch by hand takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..core.user_data import as_read
from . import fixes
from .estate import Estate, Source
from .fixes import in_words
from .rule import Fix, Found, Settings, rule

METADATA = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html"

# Key ids as IAM makes them: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
KEY_ID = re.compile(r"\bA(?:KIA|SIA)[A-Z2-7]{16}\b")
SECRET_KEY = re.compile(r"(?i)secret_?(?:access_?)?key[\"']?\s*[:=]\s*[\"']?[A-Za-z0-9/+]{40}\b")


@rule(
    "high",
    "Instances may be asked for the role's credentials without a session token",
    "A request that an application is tricked into making is enough to read the credentials of the role.",
    guide=METADATA,
    aws_config=["ec2-launch-template-imdsv2-check", "autoscaling-launchconfig-requires-imdsv2"],
    security_hub=["EC2.170", "AutoScaling.3"],
    control_tower=["CT.EC2.PR.1", "CT.AUTOSCALING.PR.2"],
    cis=["4.0.1 5.7", "6.0 6.7"],
    prowler=["ec2_launch_template_imdsv2_required", "autoscaling_group_launch_configuration_requires_imdsv2"],
)
def imdsv2_not_required(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for source in answering(estate):
        if http_tokens(estate, source) == "optional":
            yield Found(
                source,
                f"{source.opening} lets the metadata service answer without a token (IMDSv1)",
                "Set metadata_options.http_tokens to required",
                {"metadata_options": in_words(options(source))},
                with_metadata(estate, source, http_tokens="required"),
            )


@rule(
    "low",
    "Whether the metadata service asks for a token is left to defaults",
    "What holds depends on the account's defaults and on the image; a new image may open it without anybody changing a launch.",
    guide=METADATA,
    aws_config=["ec2-launch-template-imdsv2-check"],
    security_hub=["EC2.170"],
    prowler=["ec2_launch_template_imdsv2_required", "ec2_instance_account_imdsv2_enabled"],
)
def imds_options_inherited(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for source in answering(estate):
        if not http_tokens(estate, source):
            yield Found(
                source,
                f"{source.opening} does not say whether the metadata service asks for a token, and the account has no default",
                "Set metadata_options.http_tokens to required",
                {"metadata_options": in_words(options(source)), "account_defaults": in_words(estate.metadata_defaults)},
                with_metadata(estate, source, http_tokens="required"),
            )


@rule(
    "medium",
    "The answers of the metadata service travel further than the instance",
    "Containers and proxies on the instance can read the credentials of its role.",
    guide=METADATA,
    aws_config=["autoscaling-launch-config-hop-limit", "ec2-token-hop-limit-check"],
    security_hub=["AutoScaling.4"],
    control_tower=["CT.EC2.PR.2"],
)
def imds_hop_limit_over_one(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for source in answering(estate):
        limit = options(source).get("HttpPutResponseHopLimit") or estate.metadata_defaults.get("HttpPutResponseHopLimit") or 1
        if limit > 1:
            yield Found(
                source,
                f"{source.opening} lets answers of the metadata service make {limit} hops",
                "Set metadata_options.http_put_response_hop_limit to 1, where no container on the instance needs the role",
                {"http_put_response_hop_limit": limit},
                with_metadata(estate, source, http_put_response_hop_limit=1),
            )


@rule(
    "medium",
    "Instances get public addresses",
    "Whoever is on the internet can try them, and what they hold is a role.",
    guide="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
    aws_config=["ec2-launch-template-public-ip-disabled", "autoscaling-launch-config-public-ip-disabled"],
    security_hub=["EC2.25", "AutoScaling.5"],
    control_tower=["CT.AUTOSCALING.PR.5"],
    prowler=["ec2_launch_template_no_public_ip", "autoscaling_group_launch_configuration_no_public_ip"],
)
def launch_with_public_address(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for source in judged(estate):
        interfaces = source.data.get("NetworkInterfaces", ())
        public = [index for index, one in enumerate(interfaces) if one.get("AssociatePublicIpAddress")]
        if public or source.data.get("AssociatePublicIpAddress"):
            yield Found(
                source,
                f"{source.opening} gives instances a public IPv4 address",
                "Set associate_public_ip_address to false, and let them out by NAT or by endpoints",
                {"network_interfaces": public} if public else {"associate_public_ip_address": True},
                fixes.of_source(estate, source, network_interfaces=[changed(one, "AssociatePublicIpAddress", False) for one in interfaces]) if public else None,
            )


@rule(
    "medium",
    "Volumes are made without encryption being asked for",
    "Whether they are encrypted depends on the region's default and on the snapshots.",
    guide="https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
    security_hub=["EC2.181"],
    control_tower=["CT.AUTOSCALING.PR.9"],
)
def volumes_not_encrypted(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for source in judged(estate):
        devices = source.data.get("BlockDeviceMappings", ())
        plain = [one["DeviceName"] for one in devices if "Ebs" in one and not one["Ebs"].get("Encrypted")]
        if plain:
            mended = [{**one, "Ebs": {**one["Ebs"], "Encrypted": True}} if one["DeviceName"] in plain else one for one in devices]
            yield Found(
                source,
                f"{source.opening} does not ask for encryption of {', '.join(plain)}",
                "Set encrypted to true in block_device_mappings",
                {"devices": plain},
                fixes.of_source(estate, source, block_device_mappings=[in_words(one) for one in mended]),
            )


@rule(
    "critical",
    "User data hold AWS access keys",
    "Whoever may describe the launch, and every process on the instance, can read them; the role gives credentials that expire.",
    guide="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-workloads-use-roles",
    prowler=["ec2_launch_template_no_secrets"],
    cis=["4.0.1 1.18", "5.0 1.17", "6.0 2.17"],
)
def credentials_in_user_data(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for source in judged(estate):
        lines = lines_with_keys(as_read(source.data.get("UserData") or "").decode("utf-8", "replace"))
        if lines:
            yield Found(
                source,
                f"{source.opening} has what looks like AWS access keys in line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))} of its user data",
                "Take them out, deactivate them in IAM, and let the application use the role",
                {"lines": lines},
            )


def lines_with_keys(text: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if KEY_ID.search(line) or SECRET_KEY.search(line)]


def judged(estate: Estate) -> Iterator[Source]:
    return (source for source in estate.sources.values() if source.is_default or estate.users_of(source.id))


def answering(estate: Estate) -> Iterator[Source]:
    """Those on whose instances there is a metadata service."""
    return (source for source in judged(estate) if options(source).get("HttpEndpoint", estate.metadata_defaults.get("HttpEndpoint")) != "disabled")


def options(source: Source) -> Mapping[str, Any]:
    return source.data.get("MetadataOptions") or {}


def http_tokens(estate: Estate, source: Source) -> str:
    """What is said, or else the account's default; nothing where the image decides."""
    said = options(source).get("HttpTokens") or estate.metadata_defaults.get("HttpTokens") or ""
    return "" if said == "no-preference" else said


def with_metadata(estate: Estate, source: Source, **words: Any) -> Fix | None:
    return fixes.of_source(estate, source, metadata_options=words)


def changed(words: Mapping[str, Any], member: str, value: Any) -> dict[str, Any]:
    return in_words({**words, member: value})
