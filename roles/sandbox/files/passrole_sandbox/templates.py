# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding a launch template and one of its versions, with EC2's refusals."""

from __future__ import annotations

from collections.abc import Mapping

from moto.ec2.exceptions import (
    EC2ClientError,
    InvalidLaunchTemplateIdNotFound,
    InvalidLaunchTemplateNameNotFoundWithNameError,
    InvalidLaunchTemplateVersionNotFound,
)
from moto.ec2.models import EC2Backend
from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateVersion

ONE_OF = "The request must contain either a launch template ID or a launch template name, and not both."


def find_template(backend: EC2Backend, named: Mapping[str, str]) -> LaunchTemplate:
    """The template a request names, by id or by name."""
    template_id, name = named.get("LaunchTemplateId"), named.get("LaunchTemplateName")
    if bool(template_id) == bool(name):
        raise EC2ClientError("InvalidParameterCombination" if name else "MissingParameter", ONE_OF)
    if name and name not in backend.launch_template_name_to_ids:
        raise InvalidLaunchTemplateNameNotFoundWithNameError(name)
    if template_id and template_id not in backend.launch_templates:
        raise InvalidLaunchTemplateIdNotFound(template_id)
    return backend.launch_templates[template_id or backend.launch_template_name_to_ids[name]]


def find_version(template: LaunchTemplate, wanted: str | int | None) -> LaunchTemplateVersion:
    """The version of this number, or the one $Latest or $Default stands for now."""
    if wanted in (None, "", "$Default"):
        wanted = template.default_version_number
    if wanted == "$Latest":
        return template.versions[-1]
    for version in template.versions:
        if str(version.number) == str(wanted):
            return version
    raise InvalidLaunchTemplateVersionNotFound(template_id=template.id, version=wanted)
