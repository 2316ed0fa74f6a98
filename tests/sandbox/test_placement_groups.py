# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Placement groups, after EC2's API reference and refusals quoted in public issues (named below)."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

IMAGE = "ami-01e24be29428c15b2"
UNKNOWN = ("InvalidPlacementGroup.Unknown", "The Placement Group 'far' is unknown.")


def names(ec2, **asked):
    return [one["GroupName"] for one in ec2.describe_placement_groups(**asked)["PlacementGroups"]]


def test_they_are_made_seen_and_deleted_by_name(ec2):
    """API_CreatePlacementGroup, API_DescribePlacementGroups, API_DeletePlacementGroup."""
    tags = [{"ResourceType": "placement-group", "Tags": [{"Key": "team", "Value": "a"}]}]
    made = ec2.create_placement_group(GroupName="near", Strategy="partition", PartitionCount=2, TagSpecifications=tags)["PlacementGroup"]
    assert (made["State"], made["Strategy"], made["PartitionCount"], made["Tags"]) == ("available", "partition", 2, [{"Key": "team", "Value": "a"}])
    ec2.create_placement_group(GroupName="other")
    assert ec2.describe_placement_groups(GroupNames=["near"])["PlacementGroups"] == [made]
    assert (names(ec2), names(ec2, GroupIds=[made["GroupId"]])) == (["near", "other"], ["near"])
    ec2.delete_placement_group(GroupName="near")
    assert names(ec2) == ["other"]


def test_a_name_is_taken_once_and_must_be_there(ec2, refused):
    """bcbio/bcbio-nextgen-vm#37; the words for a name that is taken are from memory."""
    ec2.create_placement_group(GroupName="near")
    assert refused(ec2.create_placement_group, GroupName="near")[0] == "InvalidPlacementGroup.Duplicate"
    assert refused(ec2.describe_placement_groups, GroupNames=["near", "far"]) == UNKNOWN
    assert refused(ec2.delete_placement_group, GroupName="far") == UNKNOWN


def test_a_dry_run_makes_and_deletes_nothing(ec2):
    """API_CreatePlacementGroup, API_DeletePlacementGroup: DryRun."""
    with pytest.raises(ClientError, match="DryRunOperation"):
        ec2.create_placement_group(GroupName="near", DryRun=True)
    assert names(ec2) == []


@pytest.mark.parametrize("dry", [True, False])
def test_a_launch_into_one_that_is_not_there_is_refused(ec2, refused, dry):
    """bcbio/bcbio-nextgen-vm#37 (RunInstances)."""
    asked = {"ImageId": IMAGE, "InstanceType": "t3.nano", "MinCount": 1, "MaxCount": 1}
    assert refused(ec2.run_instances, Placement={"GroupName": "far"}, DryRun=dry, **asked) == UNKNOWN
    ec2.create_placement_group(GroupName="far")
    assert ec2.run_instances(Placement={"GroupName": "far"}, **asked)["Instances"]
