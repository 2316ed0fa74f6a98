# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Zones that are asked for by name or by id and are not there are refused; moto leaves them out."""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses.availability_zones_and_regions import AvailabilityZonesAndRegions

from ..mending import mends


@mends(AvailabilityZonesAndRegions)
def describe_availability_zones(self):
    self.error_on_dryrun()
    names, ids = self._get_param("ZoneNames", []), self._get_param("ZoneIds", [])
    there = self.ec2_backend.describe_availability_zones([])
    for unknown in (*({*names} - {zone.name for zone in there}), *({*ids} - {zone.zone_id for zone in there})):
        raise EC2ClientError("InvalidParameterValue", f"Invalid availability zone: [{unknown}]")
    zones = self.ec2_backend.describe_availability_zones(self._filters_from_querystring(), zone_names=names, zone_ids=ids)
    return ActionResult({"AvailabilityZones": zones})
