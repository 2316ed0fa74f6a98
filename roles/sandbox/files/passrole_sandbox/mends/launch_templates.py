# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launch templates: names EC2 takes, ClientToken, tags that stay the template's own, lists in pages."""

from __future__ import annotations

import re
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError, InvalidLaunchTemplateNameAlreadyExistsError
from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateBackend
from moto.ec2.responses.launch_templates import LaunchTemplates
from moto.ec2.utils import generic_filter

from ..mending import mends
from ..paging import page
from ..templates import find_template, find_version

NAME = re.compile(r"[a-zA-Z0-9().\-/_]{3,128}")
MALFORMED = (
    "The specified launch template name is invalid. A launch template name must be between 3 and 128 characters, "
    "and may contain letters, numbers, and the following characters: - ( ) . / _."
)
PAGE = 200
backend_begins = LaunchTemplateBackend.__init__


@mends(LaunchTemplateBackend)
def __init__(self):
    backend_begins(self)
    self.answers_by_token: dict[str, tuple[Any, Any]] = {}


@mends(LaunchTemplates)
def create_launch_template(self):
    name = self._get_param("LaunchTemplateName")
    if not NAME.fullmatch(name):
        raise EC2ClientError("InvalidLaunchTemplateName.MalformedException", MALFORMED)
    return once(self, make_template)


def make_template(response: LaunchTemplates) -> ActionResult:
    name = response._get_param("LaunchTemplateName")
    if name in response.ec2_backend.launch_template_name_to_ids:
        raise InvalidLaunchTemplateNameAlreadyExistsError()
    tags = own_tags(response)
    response.error_on_dryrun()
    template = response.ec2_backend.create_launch_template(
        name, response._get_param("VersionDescription"), response._get_param("LaunchTemplateData", {}), {"launch-template": tags}
    )
    return ActionResult({"LaunchTemplate": shown(response, template)})


def own_tags(response: LaunchTemplates) -> dict[str, str]:
    """The tags for the template itself; those for its instances stand in LaunchTemplateData."""
    specifications = response._parse_tag_specification()
    for other in sorted(specifications.keys() - {"launch-template"}):
        raise EC2ClientError("InvalidParameterValue", f"'{other}' is not a valid taggable resource type for this operation.")
    return specifications.get("launch-template", {})


@mends(LaunchTemplates)
def describe_launch_templates(self):
    self.error_on_dryrun()
    found = generic_filter(self._filters_from_querystring(), asked_templates(self))
    shown_now = page(found, self._get_int_param("MaxResults", PAGE), self._get_param("NextToken"))
    return ActionResult({"LaunchTemplates": [shown(self, template) for template in shown_now.items], "NextToken": shown_now.token})


def asked_templates(response: LaunchTemplates) -> list[LaunchTemplate]:
    backend = response.ec2_backend
    names = response._get_param("LaunchTemplateNames", [])
    ids = response._get_param("LaunchTemplateIds", [])
    if not all(name in backend.launch_template_name_to_ids for name in names):
        # Not the words used for one name: this call takes many.
        raise EC2ClientError(
            "InvalidLaunchTemplateName.NotFoundException", "At least one of the launch templates specified in the request does not exist."
        )
    named = [find_template(backend, {"LaunchTemplateName": name}) for name in names]
    named += [find_template(backend, {"LaunchTemplateId": template_id}) for template_id in ids]
    return named or list(backend.launch_templates.values())


@mends(LaunchTemplates)
def modify_launch_template(self):
    template = find_template(self.ec2_backend, self._get_params())
    version = find_version(template, self._get_param("DefaultVersion"))
    self.error_on_dryrun()
    template.default_version_number = version.number
    return ActionResult({"LaunchTemplate": shown(self, template)})


@mends(LaunchTemplates)
def delete_launch_template(self):
    template = find_template(self.ec2_backend, self._get_params())
    self.error_on_dryrun()
    del self.ec2_backend.launch_templates[template.id]
    del self.ec2_backend.launch_template_name_to_ids[template.name]
    return ActionResult({"LaunchTemplate": shown(self, template)})


def shown(response: LaunchTemplates, template: LaunchTemplate) -> dict[str, Any]:
    return {
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "CreateTime": template.create_time,
        "CreatedBy": creator(response),
        "DefaultVersionNumber": template.default_version_number,
        "LatestVersionNumber": template.latest_version_number,
        "Tags": template.get_tags(),
    }


def creator(response: LaunchTemplates) -> str:
    return f"arn:{response.partition}:iam::{response.current_account}:root"


def once(response: LaunchTemplates, make: Any) -> ActionResult:
    """The first answer again, when the same request comes again with the token of the first."""
    token = response._get_param("ClientToken")
    asked = str(response._get_params())
    answers = response.ec2_backend.answers_by_token
    if token not in answers:
        answer = make(response)
        answers.update({token: (asked, answer)} if token else {})
        return answer
    if answers[token][0] != asked:
        raise EC2ClientError("IdempotentParameterMismatch", "The client token was used before, in a request with other parameters.")
    return answers[token][1]
