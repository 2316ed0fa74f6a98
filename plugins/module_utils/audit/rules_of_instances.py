# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules on instances: what those that run now open, in a group or in none. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterator

from . import fixes
from .estate import Estate, Instance
from .rule import Fix, Found, Settings, rule

EC2 = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/"


@rule(
    "high",
    "A running instance gives its credentials without a session token",
    "Whatever its launch template says by now, a request that an application is tricked into making reads the credentials of its role.",
    guide=f"{EC2}configuring-instance-metadata-options.html",
    aws_config=["ec2-imdsv2-check"],
    security_hub=["EC2.8"],
    cis=["4.0.1 5.7", "6.0 6.7"],
    prowler=["ec2_instance_imdsv2_enabled"],
)
def instance_imdsv2_not_required(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for one in estate.instances:
        told = one.answer.get("MetadataOptions") or {}
        if one.profile and told.get("HttpTokens", "optional") == "optional" and told.get("HttpEndpoint") != "disabled":
            yield Found(
                one,
                f"Instance {one.id}{of_group(one)} with instance profile {one.profile} answers without a token (IMDSv1)",
                "Roll its group out once its launch requires tokens" if one.group else "Set its metadata options to require tokens",
                {"http_tokens": told.get("HttpTokens", "optional"), "instance_profile": one.profile},
                by_its_group(estate, one),
            )


def by_its_group(estate: Estate, instance: Instance) -> Fix | None:
    """A launch that requires tokens, rolled out to the group that the instance is in."""
    source = next((estate.source_of(group) for group in estate.groups_of(instance)), None)
    return fixes.rolled_out(fixes.of_source(estate, source, metadata_options={"http_tokens": "required"})) if source else None


@rule(
    "medium",
    "An instance with a role has a public address",
    "Whoever is on the internet can try to get at its credentials.",
    guide=f"{EC2}using-instance-addressing.html",
    aws_config=["ec2-instance-no-public-ip"],
    security_hub=["EC2.9"],
    prowler=["ec2_instance_internet_facing_with_instance_profile"],
)
def instance_with_role_is_public(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for one in estate.instances:
        address = one.answer.get("PublicIpAddress")
        if one.profile and address:
            yield Found(
                one,
                f"Instance {one.id}{of_group(one)} with instance profile {one.profile} has the public address {address}",
                "Launch it in a private subnet",
                {"public_ip_address": address, "instance_profile": one.profile},
            )


@rule(
    "low",
    "An instance outside of any group has no instance profile",
    "Its applications get no credentials from a role, and whoever needs some is led to put keys on it.",
    guide=f"{EC2}iam-roles-for-amazon-ec2.html",
    aws_config=["ec2-instance-profile-attached"],
    cis=["4.0.1 1.18", "5.0 1.17", "6.0 2.17"],
    prowler=["ec2_instance_profile_attached"],
)
def instance_without_profile(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for one in estate.instances:
        if not one.group and not one.profile:
            yield Found(one, f"Instance {one.id} has no instance profile", "Associate the instance profile of its application", {"instance_profile": ""})


def of_group(instance: Instance) -> str:
    return f" of group {instance.group}" if instance.group else ""
