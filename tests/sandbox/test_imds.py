# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an instance hears of its role.

After EC2's user guide (instancedata-data-retrieval, configuring-instance-metadata-service) and IAM's (troubleshoot_iam-ec2).
"""

from __future__ import annotations

import json
from urllib.error import HTTPError
from urllib.request import Request

import pytest

from tests.conftest import ASK

IMAGE = "ami-01e24be29428c15b2"
TTL = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}


@pytest.fixture
def launch(ec2, profile):
    def launch(**asked):
        return ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1, **{"IamInstanceProfile": {"Name": "web"}, **asked})["Instances"][0]["InstanceId"]

    return launch


@pytest.fixture
def hear(account):
    """The status and the text that an instance hears at a path."""

    def hear(instance, path, method="GET", **headers):
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            with ASK(Request(f"{account.url}/_sandbox/imds/{instance}/latest/{path}", headers=said, method=method), timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refusal:
            return refusal.code, ""

    return hear


@pytest.fixture
def read(account, hear):
    """What an instance reads with a token, as JSON where it is that."""

    def read(instance, path):
        _status, token = hear(instance, "api/token", "PUT", **TTL)
        status, text = hear(instance, f"meta-data/{path}", X_aws_ec2_metadata_token=token)
        return (status, json.loads(text)) if text.startswith("{") else (status, text)

    return read


def test_an_instance_reads_its_profile_its_role_and_credentials_that_are_the_roles(account, launch, read, profile):
    """instancedata-data-retrieval and iam-roles-for-amazon-ec2; whoever calls with them is a session of the role."""
    instance = launch()
    told = read(instance, "iam/info")[1]
    assert (told["Code"], told["InstanceProfileArn"], told["InstanceProfileId"]) == ("Success", profile["Arn"], profile["InstanceProfileId"])
    assert read(instance, "iam/security-credentials/") == (200, "web")
    got = read(instance, "iam/security-credentials/web")[1]
    assert (got["Code"], got["Type"]) == ("Success", "AWS-HMAC") and got["Expiration"] > got["LastUpdated"]
    key = (got["AccessKeyId"], got["SecretAccessKey"], got["Token"])
    assert account.client("sts", key=key).get_caller_identity()["Arn"].endswith(f":assumed-role/web/{instance}")
    assert read(instance, "instance-id") == (200, instance)


def test_a_token_is_needed_where_it_is_required_and_must_be_good_where_it_is_shown(account, launch, hear):
    """configuring-instance-metadata-service: with tokens required, a request without one is a 401."""
    strict, open_ = launch(MetadataOptions={"HttpTokens": "required"}), launch(MetadataOptions={"HttpTokens": "optional"})
    assert hear(strict, "meta-data/iam/info")[0] == 401
    assert hear(open_, "meta-data/iam/info")[0] == 200
    assert hear(open_, "meta-data/iam/info", X_aws_ec2_metadata_token="nope")[0] == 401
    account.advance(0)
    token = hear(strict, "api/token", "PUT", **TTL)[1]
    assert hear(strict, "meta-data/iam/info", X_aws_ec2_metadata_token=token)[0] == 200
    assert hear(open_, "meta-data/iam/info", X_aws_ec2_metadata_token=token)[0] == 401
    account.advance(60)
    assert hear(strict, "meta-data/iam/info", X_aws_ec2_metadata_token=token)[0] == 401


@pytest.mark.parametrize("seconds", ["0", "21601", "x", ""])
def test_a_token_lasts_from_a_second_to_six_hours(seconds, launch, hear):
    """instancedata-data-retrieval: the TTL of a token."""
    assert hear(launch(), "api/token", "PUT", **{"X-aws-ec2-metadata-token-ttl-seconds": seconds})[0] == 400


def test_a_profile_that_was_deleted_and_made_again_is_not_found(iam, launch, read):
    """troubleshoot_iam-ec2: InstanceProfileNotFound."""
    instance = launch()
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web")
    iam.delete_instance_profile(InstanceProfileName="web")
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    assert read(instance, "iam/info")[1]["Code"] == "InstanceProfileNotFound"
    assert read(instance, "iam/security-credentials/")[0] == 404


def test_an_empty_profile_is_told_so_and_gives_nothing(iam, launch, read):
    """troubleshoot_iam-ec2: "Instance Profile does not contain a role"."""
    instance = launch()
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web")
    told = read(instance, "iam/info")[1]
    assert told["Code"] == "Success" and told["Message"].startswith("Instance Profile does not contain a role")
    assert read(instance, "iam/security-credentials/")[0] == 404


def test_a_role_that_does_not_trust_ec2_gives_a_code_in_the_place_of_credentials(iam, trust, launch, read):
    """troubleshoot_iam-ec2: AssumeRoleUnauthorizedAccess."""
    instance = launch()
    iam.update_assume_role_policy(RoleName="web", PolicyDocument=trust.replace("ec2.", "lambda."))
    told = read(instance, "iam/security-credentials/web")[1]
    assert told["Code"] == "AssumeRoleUnauthorizedAccess"
    assert "SecretAccessKey" not in told


def test_an_instance_without_a_profile_hears_nothing_of_a_role(launch, read):
    """iam-roles-for-amazon-ec2: no role, no iam/."""
    assert read(launch(IamInstanceProfile={}), "iam/info")[0] == 404


def test_who_has_turned_it_off_or_does_not_run_hears_nothing(ec2, launch, hear):
    """configuring-instance-metadata-service: the endpoint can be turned off, a 403."""
    instance = launch(MetadataOptions={"HttpEndpoint": "disabled"})
    assert hear(instance, "api/token", "PUT", **TTL)[0] == 403
    ec2.terminate_instances(InstanceIds=[instance])
    assert hear(instance, "api/token", "PUT", **TTL)[0] == 404
