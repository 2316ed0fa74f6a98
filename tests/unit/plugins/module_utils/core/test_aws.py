# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The door to AWS: botocore's failures in our words, and what reading asks of the caller."""

from __future__ import annotations

import base64

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
)

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws, in_our_words
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import AwsUnreachable, CallRefused, Refused

from tests.unit.promised.doors import Door


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


def test_a_service_of_a_region_is_refused_without_one():
    with pytest.raises(Refused, match="^region: none given; set region here, in module_defaults, in AWS_REGION"):
        Aws(Nowhere()).call("ec2", "describe_regions")


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
    aws.find("iam", "get_role", absent="NoSuchEntity", needs=("iam:PassRole",), RoleName="nobody")
    aws.call("iam", "list_instance_profiles")
    assert aws.permissions == {"iam:GetRole", "iam:PassRole"}


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
