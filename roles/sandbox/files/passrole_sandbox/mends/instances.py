# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""RunInstances launches what its template's version says, carries the profile, and is filtered by it, wildcards included."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2 import utils
from moto.ec2.models import EC2Backend
from moto.ec2.models.instances import Instance
from moto.ec2.responses.instances import InstanceResponse
from moto.ec2.utils import filter_dict_attribute_mapping, simple_aws_filter_to_re

from ..launches import Launch, check, from_version, run
from ..mending import mends
from ..templates import find_template, find_version

Instance.profile_arn = property(lambda self: (self.iam_instance_profile or {}).get("Arn"))
Instance.profile_id = property(lambda self: (self.iam_instance_profile or {}).get("Id"))
Instance.profile_name = property(lambda self: (self.profile_arn or "").rpartition("/")[2])
filter_dict_attribute_mapping.update(
    {
        "iam-instance-profile.arn": "profile_arn",
        "iam-instance-profile.id": "profile_id",
        "iam-instance-profile.name": "profile_name",
        "metadata-options.http-endpoint": "metadata_options.http_endpoint",
        "metadata-options.http-tokens": "metadata_options.http_tokens",
    }
)
matches_plainly = utils.instance_value_in_filter_values


@mends(utils)
def instance_value_in_filter_values(instance_value, filter_values):
    wild = [value for value in filter_values if "*" in value or "?" in value]
    if not wild or not isinstance(instance_value, str):
        return matches_plainly(instance_value, filter_values)
    return any(re.fullmatch(simple_aws_filter_to_re(value), instance_value) for value in filter_values)


@mends(InstanceResponse)
def run_instances(self):
    launch = asked_launch(self.ec2_backend, self._get_params())
    check(self.ec2_backend, launch)
    self.error_on_dryrun()
    return ActionResult(run(self.ec2_backend, launch, self._get_int_param("MaxCount", 1)))


def asked_launch(backend: EC2Backend, asked: Mapping[str, Any]) -> Launch:
    named = asked.get("LaunchTemplate")
    if not named:
        return Launch(asked)
    return from_version(find_version(find_template(backend, named), named.get("Version")), asked)
