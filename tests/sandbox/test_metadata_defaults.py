# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account's defaults for metadata options, after API_GetInstanceMetadataDefaults and API_ModifyInstanceMetadataDefaults."""

from __future__ import annotations


def told(account, region="eu-west-1"):
    return account.client("ec2", region).get_instance_metadata_defaults()["AccountLevel"]


def test_nothing_is_told_of_what_nobody_chose(account):
    assert told(account) == {}


def test_what_is_chosen_is_told_in_its_region_and_can_be_taken_back(account):
    """API_ModifyInstanceMetadataDefaults: no-preference, and a hop limit of -1, stand for no preference."""
    ec2 = account.client("ec2")
    ec2.modify_instance_metadata_defaults(HttpTokens="required", HttpPutResponseHopLimit=2)
    assert told(account) == {"HttpTokens": "required", "HttpPutResponseHopLimit": 2}
    assert told(account, "eu-west-2") == {}
    ec2.modify_instance_metadata_defaults(HttpTokens="no-preference", HttpPutResponseHopLimit=-1)
    assert told(account) == {}
