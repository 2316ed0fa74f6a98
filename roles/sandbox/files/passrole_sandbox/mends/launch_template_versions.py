# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions: based on SourceVersion, numbered for good, given back as they were given, deleted one by one, listed in pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError, InvalidLaunchTemplateVersionNotFound, InvalidParameterValue
from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateVersion
from moto.ec2.responses.launch_templates import LaunchTemplates

from ..mending import mends
from ..paging import page
from ..templates import find_template, find_version
from .launch_templates import PAGE, creator, once

WITHOUT_TEMPLATE = (
    "To describe the launch template data for all your launch templates, specify $Latest, $Default, or both, "
    "and omit the launch template ID, the launch template name, and version numbers."
)
NOT_THE_DEFAULT = "The default version of a launch template cannot be deleted; make another version the default first."
FILLED_IN = {
    "State": "pending",
    "HttpEndpoint": "enabled",
    "HttpProtocolIpv6": "disabled",
    "HttpPutResponseHopLimit": 1,
    "InstanceMetadataTags": "disabled",
}
MEMBERS = {
    "image-id": "ImageId",
    "instance-type": "InstanceType",
    "iam-instance-profile": "IamInstanceProfile",
    "ebs-optimized": "EbsOptimized",
    "kernel-id": "KernelId",
    "ram-disk-id": "RamDiskId",
}


@mends(LaunchTemplate)
def create_version(self, data, description):
    version = LaunchTemplateVersion(self, getattr(self, "last_number", 0) + 1, with_tag_values(data), description)
    # A number is never given twice, even when its version is deleted.
    self.last_number = version.number
    self.versions.append(version)
    return version


def with_tag_values(data: dict[str, Any]) -> dict[str, Any]:
    """A tag given without a value has an empty one."""
    given = data.get("TagSpecifications")
    if not given:
        return data
    return {**data, "TagSpecifications": [{**one, "Tags": [{"Value": "", **tag} for tag in one.get("Tags", [])]} for one in given]}


@mends(LaunchTemplate)
def get_version(self, num):
    return find_version(self, num)


@mends(LaunchTemplate)
def default_version(self):
    return find_version(self, self.default_version_number)


@mends(LaunchTemplates)
def create_launch_template_version(self):
    return once(self, make_version)


def make_version(response: LaunchTemplates) -> ActionResult:
    template = find_template(response.ec2_backend, response._get_params())
    source = response._get_param("SourceVersion")
    inherited = find_version(template, source).data if source else {}
    response.error_on_dryrun()
    given = response._get_param("LaunchTemplateData", {})
    version = template.create_version({**inherited, **given}, response._get_param("VersionDescription"))
    return ActionResult({"LaunchTemplateVersion": shown(response, version)})


@mends(LaunchTemplates)
def delete_launch_template_versions(self):
    template = find_template(self.ec2_backend, self._get_params())
    self.error_on_dryrun()
    kept: list[dict[str, Any]] = []
    deleted = [named(template, number) for number in self._get_param("Versions") if not refusal(template, number, kept)]
    return ActionResult({"SuccessfullyDeletedLaunchTemplateVersions": deleted, "UnsuccessfullyDeletedLaunchTemplateVersions": kept})


def refusal(template: LaunchTemplate, number: str, kept: list[dict[str, Any]]) -> bool:
    """Delete a version, or note among those kept why not."""
    try:
        version = find_version(template, number)
    except InvalidLaunchTemplateVersionNotFound as missing:
        kept.append({**named(template, number), "ResponseError": {"Code": "launchTemplateVersionDoesNotExist", "Message": missing.message}})
        return True
    if template.is_default(version):
        kept.append({**named(template, number), "ResponseError": {"Code": "unexpectedError", "Message": NOT_THE_DEFAULT}})
        return True
    template.versions.remove(version)
    return False


def named(template: LaunchTemplate, number: str) -> dict[str, Any]:
    return {"LaunchTemplateId": template.id, "LaunchTemplateName": template.name, "VersionNumber": int(number)}


@mends(LaunchTemplates)
def describe_launch_template_versions(self):
    self.error_on_dryrun()
    filters = self._filters_from_querystring()
    found = [version for version in asked_versions(self) if passes(version, filters)]
    shown_now = page(found, self._get_int_param("MaxResults", PAGE), self._get_param("NextToken"))
    return ActionResult({"LaunchTemplateVersions": [shown(self, version) for version in shown_now.items], "NextToken": shown_now.token})


def asked_versions(response: LaunchTemplates) -> list[LaunchTemplateVersion]:
    wanted = response._get_param("Versions", [])
    if not (response._get_param("LaunchTemplateId") or response._get_param("LaunchTemplateName")):
        check_aliases(wanted)
        return [version for template in response.ec2_backend.launch_templates.values() for version in distinct(template, wanted)]
    template = find_template(response.ec2_backend, response._get_params())
    if wanted:
        return list(distinct(template, wanted))
    lowest, highest = response._get_int_param("MinVersion", 1), response._get_int_param("MaxVersion", template.last_number)
    return [version for version in reversed(template.versions) if lowest <= version.number <= highest]


def check_aliases(wanted: list[str]) -> None:
    if not wanted:
        raise EC2ClientError("MissingParameter", WITHOUT_TEMPLATE)
    if not set(wanted) <= {"$Latest", "$Default"}:
        raise InvalidParameterValue(WITHOUT_TEMPLATE)


def distinct(template: LaunchTemplate, wanted: list[str]) -> Iterator[LaunchTemplateVersion]:
    """Each version once, also when $Latest and $Default are the same."""
    return iter({version.number: version for version in (find_version(template, name) for name in wanted)}.values())


def passes(version: LaunchTemplateVersion, filters: dict[str, list[str]]) -> bool:
    return all(value_of(version, name) & set(values) for name, values in filters.items())


def value_of(version: LaunchTemplateVersion, name: str) -> set[str]:
    if name == "is-default-version":
        return {str(version.template.is_default(version)).lower()}
    if name not in MEMBERS:
        raise InvalidParameterValue(f"The filter '{name}' is invalid.")
    value = version.data.get(MEMBERS[name])
    return set(value.values()) if isinstance(value, dict) else {re.sub("^(True|False)$", lambda found: found[0].lower(), str(value))}


def shown(response: LaunchTemplates, version: LaunchTemplateVersion) -> dict[str, Any]:
    return {
        "LaunchTemplateId": version.template.id,
        "LaunchTemplateName": version.template.name,
        "VersionNumber": version.number,
        "VersionDescription": version.description,
        "CreateTime": version.create_time,
        "CreatedBy": creator(response),
        "DefaultVersion": version.template.is_default(version),
        "LaunchTemplateData": told(version.data),
    }


def told(data: dict[str, Any]) -> dict[str, Any]:
    """Metadata options given in part are told whole, and with a state."""
    return {**data, "MetadataOptions": {**FILLED_IN, **data["MetadataOptions"]}} if data.get("MetadataOptions") else data
