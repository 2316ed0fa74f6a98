# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The door to AWS: botocore's failures in our words, and what reading asks of the caller."""

from __future__ import annotations

import base64
from functools import partial

import boto3
import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
)

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws, in_our_words, leaves_doubt
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import AwsUnreachable, CallRefused, Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.permissions import Permission, Resource

from tests.support.contracts.clients import Door
from tests.fault_injection.faults import aws


class Nowhere:
    """A module that was told no region."""

    region = None

    def client(self, service, **_options):
        raise AssertionError(f"a client for {service} was made without a region")


def refused(code):
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "GetRole")


@pytest.mark.parametrize(
    ("raised", "kind", "told"),
    [
        (refused("AccessDenied"), CallRefused, r"^no \(AccessDenied\)$"),
        (ClientError({"Error": {"Code": "Busy", "Message": None}}, "GetRole"), CallRefused, r"^ \(Busy\)$"),
        (ParamValidationError(report="Unknown parameter"), Refused, "Unknown parameter"),
        (NoRegionError(), Refused, "^region: none given; set region here"),
        (NoCredentialsError(), AwsUnreachable, "^no AWS credentials: set access_key and secret_key"),
        (
            PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
            AwsUnreachable,
            "^no AWS credentials: .*AWS_SECRET_ACCESS_KEY",
        ),
        (EndpointConnectionError(endpoint_url="http://x/"), AwsUnreachable, "^no answer from AWS; look at region and endpoint_url"),
        (ConnectTimeoutError(endpoint_url="http://x/"), AwsUnreachable, "^no answer from AWS"),
    ],
)
def test_what_botocore_raises_is_told_in_our_words(raised, kind, told):
    error = in_our_words(raised)
    assert isinstance(error, kind)
    with pytest.raises(kind, match=told):
        raise error


def test_no_region_is_no_name_of_one():
    assert Aws(Nowhere()).region == ""


def test_a_service_of_a_region_is_refused_without_one():
    with pytest.raises(Refused, match="^region: none given; set region here, in module_defaults, in AWS_REGION"):
        Aws(Nowhere()).call("ec2", "describe_regions")


def test_botocore_is_to_slow_down_where_aws_throttles(account):
    asked = []

    class Noting(Door):
        def client(self, service, **options):
            asked.append(options["config"]["retries"]["mode"])
            return super().client(service, **options)

    Aws(Noting(account)).call("iam", "list_roles")
    assert asked == ["adaptive"]


def test_what_is_not_there_is_found_to_be_nothing(account):
    assert Aws(Door(account)).find("iam", "get_role", absent="NoSuchEntity", RoleName="nobody") is None


def test_any_other_refusal_of_a_read_stays_one(account):
    with pytest.raises(CallRefused, match="NoSuchEntity"):
        Aws(Door(account)).find("iam", "get_role", absent="SomethingElse", RoleName="nobody")


def test_all_pages_of_an_answer_are_read(account):
    for number in range(3):
        account.client("iam").create_instance_profile(InstanceProfileName=f"web-{number}")
    answer = Aws(Door(account)).call("iam", "list_instance_profiles", PaginationConfig={"PageSize": 1})
    assert [profile["InstanceProfileName"] for profile in answer["InstanceProfiles"]] == ["web-0", "web-1", "web-2"]


def test_the_permissions_for_what_was_read_are_remembered(account):
    aws = Aws(Door(account))
    aws.find("iam", "get_role", absent="NoSuchEntity", RoleName="nobody")
    aws.find("sts", "get_caller_identity")
    aws.call("iam", "list_instance_profiles")
    assert aws.permissions == {Permission("iam:GetRole", (Resource("role", "nobody"),))}


def test_what_iam_answers_is_remembered_for_the_paths_it_tells(account):
    account.client("iam").create_instance_profile(InstanceProfileName="web", Path="/team/")
    aws = Aws(Door(account))
    aws.find("iam", "get_instance_profile", InstanceProfileName="web")
    aws.find("ec2", "describe_subnets")
    assert [answer["InstanceProfile"]["Path"] for answer in aws.told] == ["/team/"]


def test_the_partition_and_the_models_are_botocores(account):
    aws = Aws(Door(account))
    assert aws.partition == "aws"
    assert "RoleName" in aws.request("iam", "CreateRole").members


@pytest.mark.parametrize("raw", [b"#!/bin/sh\n", b"\x1f\x8b\x00\xff"])
def test_user_data_are_encoded_once_where_botocore_encodes_them_itself(account, raw):
    encoded = base64.b64encode(raw).decode()
    asked = {"LaunchConfigurationName": "web", "ImageId": "ami-01e24be29428c15b2", "InstanceType": "t2.micro", "UserData": encoded}
    Aws(Door(account)).call("autoscaling", "create_launch_configuration", **asked)
    assert account.client("autoscaling").describe_launch_configurations()["LaunchConfigurations"][0]["UserData"] == encoded


def lost(account, *rules):
    """Whether a creation that meets these faults is told to have been lost, after a read that was."""
    account.faults({"kind": "reset_after", "operation": "ListRoles"}, *rules)
    door = aws(account)
    door.call("iam", "list_roles")
    with pytest.raises((CallRefused, AwsUnreachable)) as failure:
        door.call("iam", "create_instance_profile", InstanceProfileName="web")
    return failure.value.lost


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("kind", ["reset_after", "reset_before", "http_500", "http_503"])
def test_a_call_of_which_no_try_was_answered_may_have_been_done(account, kind):
    assert lost(account, {"kind": kind, "operation": "CreateInstanceProfile", "times": None})


@pytest.mark.usefixtures("no_waiting")
def test_a_call_of_which_an_earlier_try_was_not_answered_may_have_been_done(account):
    assert lost(account, {"kind": "reset_after", "operation": "CreateInstanceProfile"})


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("rule", [{"kind": "throttling", "times": None}, {"kind": "error", "code": "AccessDenied", "status": 403}])
def test_a_call_that_was_plainly_refused_was_not_done(account, rule):
    assert not lost(account, {**rule, "operation": "CreateInstanceProfile"})


def test_a_call_that_a_proxy_answered_may_have_been_done_and_its_page_is_not_told(account):
    account.faults({"kind": "proxy_page", "operation": "CreateInstanceProfile"})
    with pytest.raises(CallRefused, match=r"^what answered is not AWS; look at endpoint_url.* botocore raised ResponseParserError") as failure:
        aws(account).call("iam", "create_instance_profile", InstanceProfileName="web")
    assert failure.value.lost and "Gateway" not in str(failure.value)


@pytest.mark.parametrize(("times", "found"), [(4, True), (5, False)])
def test_a_read_that_a_proxy_answered_is_made_again_for_a_moment(account, times, found):
    account.faults({"kind": "proxy_page", "times": times})
    pauses = []
    read = partial(Aws(Door(account), sleep=pauses.append).find, "iam", "list_roles")
    if found:
        assert read()["Roles"] == []
    else:
        with pytest.raises(CallRefused, match="what answered is not AWS"):
            read()
    assert pauses == [0.25, 0.5, 1.0, 2.0]


def test_an_endpoint_that_cannot_be_one_is_told_as_such():
    class Misled(Nowhere):
        region = "eu-west-1"

        def client(self, service, **_options):
            return boto3.client(service, self.region, endpoint_url="http://127.0.0.1:99999", aws_access_key_id="a", aws_secret_access_key="b")

    with pytest.raises(CallRefused, match="what answered is not AWS; look at endpoint_url"):
        Aws(Misled()).call("iam", "list_roles")


def test_a_token_with_a_line_break_is_told_by_its_options_and_not_by_itself():
    client = boto3.client("iam", "eu-west-1", endpoint_url="http://127.0.0.1:9", aws_access_key_id="a", aws_secret_access_key="b", aws_session_token="secret\n")
    with pytest.raises(BotoCoreError) as raised:
        client.list_roles()
    error = in_our_words(raised.value)
    assert isinstance(error, Refused) and "session_token: cannot be sent" in str(error) and "secret" not in str(error)


def test_a_password_in_the_url_of_an_endpoint_is_not_told():
    error = in_our_words(EndpointConnectionError(endpoint_url="http://me:hunter22@10.0.0.1/"))
    assert "hunter22" not in str(error) and "10.0.0.1" in str(error)


@pytest.mark.parametrize("code", ["RequestLimitExceeded", "ResourceContention"])
def test_a_service_that_is_too_busy_has_done_nothing_whatever_its_status(code):
    assert not leaves_doubt({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 503}})


@pytest.mark.parametrize(("code", "status"), [("ConcurrentModification", 409), ("ScalingActivityInProgress", 400), ("ResourceContention", 400)])
def test_a_read_that_aws_asks_to_make_again_is_made_again(account, code, status):
    account.faults({"kind": "error", "code": code, "status": status, "times": 3})
    pauses = []
    assert Aws(Door(account), sleep=pauses.append).find("iam", "list_roles")["Roles"] == []
    assert pauses == [0.25, 0.5, 1.0]


def test_the_patience_with_a_read_ends(account):
    account.faults({"kind": "error", "code": "ConcurrentModification", "status": 409, "times": None})
    pauses = []
    with pytest.raises(CallRefused, match="still so after 120 seconds"):
        Aws(Door(account), sleep=pauses.append).find("iam", "list_roles")
    assert sum(pauses) == 120


def test_door_to_another_region_shares_permissions_and_answers_of_iam(account):
    aws = Aws(Door(account))
    other = aws.in_region("us-east-1")
    zones = other.find("ec2", "describe_availability_zones")["AvailabilityZones"]
    other.find("iam", "list_roles")
    assert (aws.region, other.region, {zone["RegionName"] for zone in zones}) == ("eu-west-1", "us-east-1", {"us-east-1"})
    assert {one.action for one in aws.permissions} == {"ec2:DescribeAvailabilityZones", "iam:ListRoles"}
    assert len(aws.told) == 1


def test_doors_to_all_regions_keep_one_pace_for_a_service(account):
    now, pauses = [0.0], []

    def sleep(seconds):
        pauses.append(seconds)
        now[0] += seconds

    aws = Aws(Door(account), sleep=sleep, clock=lambda: now[0], per_second=2)
    for door in (aws, aws.in_region("us-east-1"), aws.in_region("eu-central-1")):
        door.find("ec2", "describe_regions")
    assert pauses == [0.5, 0.5]
    aws.in_region("us-east-1").find("iam", "list_roles")
    assert pauses == [0.5, 0.5]
