# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Associations of profiles with instances, after EC2's API reference and user guide (iam-roles-for-amazon-ec2)."""

from __future__ import annotations

import pytest

IMAGE = "ami-01e24be29428c15b2"


@pytest.fixture
def launch(ec2):
    def launch(**asked):
        return ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1, **asked)["Instances"][0]["InstanceId"]

    return launch


@pytest.fixture
def associations(ec2):
    return lambda **asked: ec2.describe_iam_instance_profile_associations(**asked)["IamInstanceProfileAssociations"]


def test_an_association_tells_instance_profile_state_and_time(launch, associations, profile):
    """API_IamInstanceProfileAssociation."""
    instance = launch(IamInstanceProfile={"Name": "web"})
    seen = associations()[0]
    assert (seen["InstanceId"], seen["State"]) == (instance, "associated")
    assert seen["IamInstanceProfile"] == {"Arn": profile["Arn"], "Id": profile["InstanceProfileId"]}
    assert "Timestamp" in seen


def test_a_replaced_association_is_a_new_one_and_the_instance_shows_it(ec2, launch, associations, make_profile, profile, instances):
    """iam-roles-for-amazon-ec2, replace-iam-role: the answer is associating, with an id of its own."""
    launch(IamInstanceProfile={"Name": "web"})
    other = make_profile("other")
    before = associations()[0]["AssociationId"]
    answer = ec2.replace_iam_instance_profile_association(AssociationId=before, IamInstanceProfile={"Name": "other"})
    after = answer["IamInstanceProfileAssociation"]
    assert after["State"] == "associating"
    assert [one["AssociationId"] for one in associations()] == [after["AssociationId"]] != [before]
    assert instances()[0]["IamInstanceProfile"]["Id"] == other["InstanceProfileId"]


def test_a_disassociated_instance_carries_nothing(ec2, launch, associations, profile, instances):
    """API_DisassociateIamInstanceProfile."""
    launch(IamInstanceProfile={"Name": "web"})
    answer = ec2.disassociate_iam_instance_profile(AssociationId=associations()[0]["AssociationId"])
    assert answer["IamInstanceProfileAssociation"]["State"] == "disassociating"
    assert associations() == []
    assert "IamInstanceProfile" not in instances()[0]


def test_an_instance_has_one_profile(ec2, launch, refused, profile):
    """API_AssociateIamInstanceProfile: one per instance; eAPD#2304 for the words."""
    instance = launch(IamInstanceProfile={"Name": "web"})
    told = refused(ec2.associate_iam_instance_profile, InstanceId=instance, IamInstanceProfile={"Name": "web"})
    assert told == ("IncorrectState", f"There is an existing association for instance {instance}")


def test_an_instance_that_is_gone_gets_none(ec2, launch, associations, refused, profile):
    """errors-overview: IncorrectInstanceState."""
    instance = launch(IamInstanceProfile={"Name": "web"})
    ec2.terminate_instances(InstanceIds=[instance])
    assert associations() == []
    code, _message = refused(ec2.associate_iam_instance_profile, InstanceId=instance, IamInstanceProfile={"Name": "web"})
    assert code == "IncorrectInstanceState"


def test_a_stopped_instances_association_is_not_replaced(ec2, launch, associations, refused, profile):
    """aws-cli#5251."""
    instance = launch(IamInstanceProfile={"Name": "web"})
    ec2.stop_instances(InstanceIds=[instance])
    seen = associations()[0]["AssociationId"]
    told = refused(ec2.replace_iam_instance_profile_association, AssociationId=seen, IamInstanceProfile={"Name": "web"})
    assert told == ("IncorrectState", f"The association {seen} is not the active association")


def test_a_ghost_profile_is_refused(ec2, launch, refused):
    """terraform#5217: the words of RunInstances."""
    code, message = refused(ec2.associate_iam_instance_profile, InstanceId=launch(), IamInstanceProfile={"Name": "ghost"})
    assert (code, "Invalid IAM Instance Profile name" in message) == ("InvalidParameterValue", True)


def test_a_profile_ec2_has_not_heard_of_yet_is_told_as_such(account, ec2, launch, refused, make_profile):
    """one-observability-demo#201: InstanceIdentityProfileNotFound."""
    account.settings(profile_delay=60)
    make_profile("web")
    code, message = refused(ec2.associate_iam_instance_profile, InstanceId=launch(), IamInstanceProfile={"Name": "web"})
    assert (code, "InstanceIdentityProfileNotFound" in message) == ("IncorrectState", True)


def test_associations_come_in_pages_and_by_instance(ec2, launch, associations, profile):
    """API_DescribeIamInstanceProfileAssociations: MaxResults, NextToken, filter instance-id."""
    ids = [launch(IamInstanceProfile={"Name": "web"}) for _number in range(7)]
    pages = list(ec2.get_paginator("describe_iam_instance_profile_associations").paginate(PaginationConfig={"PageSize": 5}))
    assert [len(page["IamInstanceProfileAssociations"]) for page in pages] == [5, 2]
    assert [one["InstanceId"] for one in associations(Filters=[{"Name": "instance-id", "Values": ids[2:3]}])] == ids[2:3]


@pytest.mark.parametrize("operation", ["disassociate_iam_instance_profile", "replace_iam_instance_profile_association"])
def test_an_association_that_is_not_there_is_refused(ec2, refused, profile, operation):
    """errors-overview: InvalidAssociationID.NotFound."""
    more = {"IamInstanceProfile": {"Name": "web"}} if operation.startswith("replace") else {}
    assert refused(getattr(ec2, operation), AssociationId="iip-assoc-0", **more)[0] == "InvalidAssociationID.NotFound"


def test_to_come_and_to_go_takes_an_association_a_while(account, ec2, launch, associations, profile, make_profile, refused):
    """API_IamInstanceProfileAssociation, State; DescribeIamInstanceProfileAssociations' filter lists all but disassociated."""
    account.settings(association_delay=5)
    account.advance(0)
    instance = launch(IamInstanceProfile={"Name": "web"})
    make_profile("other")
    ec2.replace_iam_instance_profile_association(AssociationId=associations()[0]["AssociationId"], IamInstanceProfile={"Name": "other"})
    assert associations()[0]["State"] == "associating"
    account.advance(5)
    assert associations()[0]["State"] == "associated"
    ec2.disassociate_iam_instance_profile(AssociationId=associations()[0]["AssociationId"])
    assert associations()[0]["State"] == "disassociating"
    assert refused(ec2.associate_iam_instance_profile, InstanceId=instance, IamInstanceProfile={"Name": "web"})[0] == "IncorrectState"
    account.advance(5)
    assert associations() == []
