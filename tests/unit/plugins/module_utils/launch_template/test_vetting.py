# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What EC2 is asked about a template's data, and what becomes of its answer."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.earlier import Earlier
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused, Refused
from ansible_collections.passrole.ec2.plugins.module_utils.launch_template.state import Desired
from ansible_collections.passrole.ec2.plugins.module_utils.launch_template.vetting import as_launch, refuse_unlaunchable

from tests.support.service_models import input_shape

DATA = {"ImageId": "ami-1", "InstanceType": "t3.micro", "IamInstanceProfile": {"Name": "web"}}
WOULD = CallRefused("DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
NOT_SPREAD = CallRefused("InvalidParameterValue", "Value (web) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name")
NOT_ALLOWED = CallRefused("UnauthorizedOperation", "You are not authorized to perform this operation.")
PROFILE = {"InstanceProfile": {"Arn": "arn:aws:iam::1:instance-profile/web", "Roles": [{"RoleName": "app"}]}}
REQUIREMENTS = {"VCpuCount": {"Min": 1}, "MemoryMiB": {"Min": 1}}


class Judge:
    """EC2 and IAM, with the answers a test gives them; EC2's in turn."""

    def __init__(self, *verdicts, knows_the_profile=True):
        self.verdicts, self.profile, self.asked = list(verdicts), PROFILE if knows_the_profile else None, []

    def __call__(self, service, operation, **params):
        if service == "iam":
            return self.profile
        self.asked.append(params)
        raise self.verdicts.pop(0)


def judged(judge, data=None, group=None, earlier=Earlier()):
    return refuse_unlaunchable(Desired("web", data or DATA), group or {}, judge, earlier)


def test_what_ec2_would_launch_is_taken():
    judge = Judge(WOULD)
    assert judged(judge) == ()
    assert judge.asked == [{"DryRun": True, "MinCount": 1, "MaxCount": 1, **DATA}]


def test_what_ec2_would_not_launch_is_refused_in_its_own_words():
    with pytest.raises(Refused, match=r"^launch_template: EC2 would not launch from it: You are not authorized .* \(UnauthorizedOperation\)$"):
        judged(Judge(NOT_ALLOWED))


def test_a_profile_that_iam_knows_and_ec2_does_not_yet_is_no_reason_to_refuse():
    judge = Judge(NOT_SPREAD, WOULD)
    assert judged(judge) == ()
    assert "IamInstanceProfile" not in judge.asked[-1]


def test_a_profile_that_iam_does_not_know_either_is_refused():
    with pytest.raises(Refused, match="there is no instance profile web"):
        judged(Judge(NOT_SPREAD, knows_the_profile=False))


def test_behind_a_profile_that_has_not_spread_the_rest_is_judged():
    with pytest.raises(Refused, match="You are not authorized"):
        judged(Judge(NOT_SPREAD, NOT_ALLOWED))


def test_a_profile_that_an_earlier_task_made_is_not_judged():
    judge = Judge(WOULD)
    judged(judge, earlier=Earlier({"instance_profile": {"web": {"role": "app"}}}))
    assert "IamInstanceProfile" not in judge.asked[0]


def test_a_type_left_to_requirements_is_warned_of():
    data = {"ImageId": "ami-1", "IamInstanceProfile": {"Name": "web"}, "InstanceRequirements": REQUIREMENTS}
    (warning,) = judged(Judge(), data)
    assert warning.startswith("vet: not judged by EC2")


@pytest.mark.parametrize(
    ("data", "group", "adds"),
    [
        ({}, {"vpc_zone_identifier": "subnet-1,subnet-2"}, {"SubnetId": "subnet-1"}),
        ({}, {"availability_zones": ["eu-west-1a"]}, {"Placement": {"AvailabilityZone": "eu-west-1a"}}),
        (
            {"NetworkInterfaces": [{"DeviceIndex": 0}, {"DeviceIndex": 1}]},
            {"vpc_zone_identifier": "subnet-1"},
            {"NetworkInterfaces": [{"SubnetId": "subnet-1", "DeviceIndex": 0}, {"DeviceIndex": 1}]},
        ),
        (
            {},
            {"mixed_instances_policy": {"launch_template": {"overrides": [{"instance_type": "t3a.micro"}, {"instance_type": "t2.micro"}]}}},
            {"InstanceType": "t3a.micro"},
        ),
    ],
)
def test_a_launch_is_tried_where_and_as_what_the_group_would_launch_first(data, group, adds):
    assert as_launch(data, group) == {**data, **adds}


@pytest.mark.parametrize("member", sorted(input_shape("ec2", "create_launch_template").members["LaunchTemplateData"].members))
def test_every_member_of_a_template_is_one_that_run_instances_takes(member):
    taken = as_launch({member: "anything"}, {})
    assert taken.keys() <= input_shape("ec2", "run_instances").members.keys()
    assert bool(taken) == (member != "InstanceRequirements")
