# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sandbox tells of the zones that are asked for, and refuses those that are not there."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError


def test_zones_are_told_by_name_and_by_id(account):
    ec2 = account.client("ec2")
    [zone] = ec2.describe_availability_zones(ZoneNames=["eu-west-1a"])["AvailabilityZones"]
    assert ec2.describe_availability_zones(ZoneIds=[zone["ZoneId"]])["AvailabilityZones"] == [zone]
    assert len(ec2.describe_availability_zones()["AvailabilityZones"]) == 3


@pytest.mark.parametrize("asked", [{"ZoneNames": ["eu-west-1a", "nowhere"]}, {"ZoneIds": ["nowhere"]}])
def test_a_zone_that_is_not_there_is_refused(account, asked):
    with pytest.raises(ClientError, match=r"InvalidParameterValue.*Invalid availability zone: \[nowhere\]"):
        account.client("ec2").describe_availability_zones(**asked)
