# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Placement groups are made, seen and deleted by name."""

from __future__ import annotations

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses.instances import InstanceResponse
from moto.ec2.utils import random_id

from ..mending import mends
from ..placement_groups import find_group, groups_of

TAGGED = "placement-group"


@mends(InstanceResponse)
def create_placement_group(self):
    name, there = self._get_param("GroupName"), groups_of(self.ec2_backend)
    self.error_on_dryrun()
    if name in there:
        raise EC2ClientError("InvalidPlacementGroup.Duplicate", f"The Placement Group '{name}' already exists.")
    tags = self._parse_tag_specification().get(TAGGED, {})
    there[name] = {
        "GroupName": name,
        "GroupId": random_id("pg"),
        "GroupArn": f"arn:{self.partition}:ec2:{self.region}:{self.current_account}:placement-group/{name}",
        "State": "available",
        "Strategy": self._get_param("Strategy", "cluster"),
        "PartitionCount": self._get_param("PartitionCount"),
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(tags.items())],
    }
    return ActionResult({"PlacementGroup": there[name]})


@mends(InstanceResponse)
def describe_placement_groups(self):
    self.error_on_dryrun()
    if self._get_param("Filters"):
        raise NotImplementedError("filters of placement groups")
    names, ids = self._get_param("GroupNames", []), self._get_param("GroupIds", [])
    found = [find_group(self.ec2_backend, name) for name in names or groups_of(self.ec2_backend)]
    return ActionResult({"PlacementGroups": [group for group in found if not ids or group["GroupId"] in ids]})


@mends(InstanceResponse)
def delete_placement_group(self):
    find_group(self.ec2_backend, self._get_param("GroupName"))
    self.error_on_dryrun()
    del groups_of(self.ec2_backend)[self._get_param("GroupName")]
    return EmptyResult()
