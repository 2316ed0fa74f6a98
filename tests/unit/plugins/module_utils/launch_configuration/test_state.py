# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a playbook's words about a launch configuration come to, and which configurations are the same."""

from __future__ import annotations

import base64
import gzip
from dataclasses import replace

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.launch_configuration.state import (
    Configuration,
    carries,
    desired,
    in_words,
    is_of_line,
    later_name,
)

from tests.support.service_models import input_shape

REQUEST = input_shape("autoscaling", "create_launch_configuration")
WORDS = {"image_id": "ami-01e24be29428c15b2", "instance_type": "t2.micro"}
SCRIPT = "#!/bin/sh\necho hello\n"


def wanted(profile="my-instance-profile", **words):
    return desired({"name": "my-lc-with-instance-profile", **WORDS, **words}, None, profile, True, REQUEST)


def data(profile="my-instance-profile", **words):
    return wanted(profile, **words).data


def test_the_guides_example_comes_to_what_the_guide_sends_and_imdsv2():
    want = wanted()
    assert want.name == "my-lc-with-instance-profile"
    assert want.data == {
        "ImageId": "ami-01e24be29428c15b2",
        "InstanceType": "t2.micro",
        "IamInstanceProfile": "my-instance-profile",
        "MetadataOptions": {"HttpTokens": "required"},
    }


def test_a_configuration_takes_the_groups_name_unless_given_its_own():
    assert desired(WORDS, "web", "web", True, REQUEST).name == "web"
    assert desired({**WORDS, "launch_configuration_name": "other"}, "web", "web", True, REQUEST).name == "other"


def test_every_member_of_the_api_may_be_said():
    said = {
        "key_name": "key",
        "security_groups": ["sg-1"],
        "classic_link_vpc_id": "vpc-1",
        "classic_link_vpc_security_groups": ["sg-2"],
        "user_data": SCRIPT,
        "instance_id": "i-0123456789abcdef0",
        "kernel_id": "aki-1",
        "ramdisk_id": "ari-1",
        "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": {"volume_size": "8", "encrypted": "yes"}}],
        "instance_monitoring": {"enabled": False},
        "spot_price": "0.05",
        "ebs_optimized": True,
        "associate_public_ip_address": False,
        "placement_tenancy": "dedicated",
        "metadata_options": {"http_endpoint": "enabled"},
    }
    assert data(**said).keys() == REQUEST.members.keys() - {"LaunchConfigurationName"}
    assert data(**said)["BlockDeviceMappings"] == [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "Encrypted": True}}]


def test_imdsv1_is_there_for_who_asks_for_it():
    assert data(metadata_options={"http_tokens": "optional"})["MetadataOptions"] == {"HttpTokens": "optional"}


def test_user_data_are_encoded_once_or_packed_and_shown_by_their_digest():
    encoded = base64.b64encode(SCRIPT.encode()).decode()
    assert data(user_data=SCRIPT)["UserData"] == data(user_data=encoded)["UserData"] == encoded
    packed = base64.b64decode(data(user_data=SCRIPT * 2000, gzip_user_data=True)["UserData"])
    assert gzip.decompress(packed).decode() == SCRIPT * 2000
    assert in_words(data(user_data=SCRIPT), REQUEST)["user_data"].startswith("sha256:")


@pytest.mark.parametrize(
    ("words", "because"),
    [
        ({"imageid": "ami-1"}, r"launch_configuration\.imageid: no such member; did you mean image_id\?"),
        ({"metadata_options": {"http_token": "required"}}, r"launch_configuration\.metadata_options\.http_token: no such member .*http_tokens\?"),
        ({"metadata_options": {"http_tokens": "never"}}, "never is none of optional, required"),
        ({"security_groups": "sg-1"}, r"launch_configuration\.security_groups: must be a list"),
        ({"name": "x" * 243}, r"launch_configuration\.name: 243 characters, and at most 242 leave room"),
        ({"image_id": None}, r"launch_configuration\.image_id: must be given, or instance_id"),
        ({"instance_type": None}, r"launch_configuration\.instance_type: must be given, or instance_id"),
        ({"iam_instance_profile": "other"}, r"launch_configuration\.iam_instance_profile: given twice"),
        ({"user_data": "#" * 16385}, r"launch_configuration\.user_data: 16385 bytes, .*; launch_configuration\.gzip_user_data: true"),
        ({"user_data": "#" * 16384}, r"launch_configuration\.user_data: 21848 characters, and at most 21847 allowed"),
        ({"gzip_user_data": "perhaps"}, r"launch_configuration\.gzip_user_data: must be true or false"),
    ],
)
def test_a_wrong_word_is_refused_with_its_path(words, because):
    with pytest.raises(Refused, match=because):
        data(**words)


def test_no_profile_and_no_name_are_refused():
    with pytest.raises(Refused, match="instance_profile: must be given"):
        data(None)
    with pytest.raises(Refused, match=r"launch_configuration\.name: must be given where there is no name of a group"):
        desired(WORDS, None, "web", True, REQUEST)


def test_what_is_to_go_needs_no_data():
    assert desired({}, "web", None, False, REQUEST).data == {}


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({}, id="the same"),
        pytest.param({"KernelId": "", "RamdiskId": "", "KeyName": "", "UserData": "", "SecurityGroups": []}, id="with empty members"),
        pytest.param({"InstanceMonitoring": {"Enabled": True}, "EbsOptimized": False}, id="with defaults"),
        pytest.param({"IamInstanceProfile": "arn:aws:iam::123456789012:instance-profile/team/my-instance-profile"}, id="profile by ARN"),
        pytest.param(
            {"MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1, "HttpEndpoint": "enabled"}},
            id="with all metadata options",
        ),
    ],
)
def test_data_of_the_same_meaning_are_carried(told):
    assert carries(Configuration("my-lc-with-instance-profile", {**data(), **told}), wanted())


def test_devices_are_the_same_in_any_order_and_with_defaults():
    want = wanted(block_device_mappings=[{"device_name": name, "ebs": {"volume_size": 8}} for name in ("/dev/a", "/dev/b")])
    there = [{"DeviceName": name, "Ebs": {"VolumeSize": 8, "DeleteOnTermination": True}, "NoDevice": False} for name in ("/dev/b", "/dev/a")]
    assert carries(Configuration("web", {**data(), "BlockDeviceMappings": there}), want)


@pytest.mark.parametrize(
    "told",
    [
        {"InstanceType": "t3.micro"},
        {"IamInstanceProfile": "other"},
        {"AssociatePublicIpAddress": False},
        {"MetadataOptions": {"HttpTokens": "optional"}},
        {"InstanceMonitoring": {"Enabled": False}},
        {"SecurityGroups": ["sg-1"]},
        {"MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 2}},
    ],
)
def test_data_of_another_meaning_are_not(told):
    assert not carries(Configuration("my-lc-with-instance-profile", {**data(), **told}), wanted())


def test_a_declared_default_is_a_difference_where_it_is_not_told():
    want = wanted(metadata_options={"http_put_response_hop_limit": 1})
    assert not carries(Configuration("web", data()), want)
    assert carries(Configuration("web", want.data), want)


def test_a_name_tells_its_data_whatever_aws_adds_to_them():
    want = wanted()
    assert carries(Configuration(later_name(want), {**want.data, "SpotPrice": "added"}), want)
    assert later_name(want) == later_name(wanted("arn:aws:iam::123456789012:instance-profile/my-instance-profile"))
    assert later_name(want) != later_name(wanted("other"))


def test_the_name_of_a_later_configuration_is_of_the_line():
    want = wanted()
    assert is_of_line(later_name(want), want.name)


def test_what_an_instance_gives_is_not_compared():
    want = replace(wanted(), data={"InstanceId": "i-1", "InstanceType": "t3.nano"})
    given = {"ImageId": "ami-1", "KeyName": "key"}
    assert carries(Configuration("web", {**given, "InstanceType": "t3.nano"}), want)
    assert not carries(Configuration("web", {**given, "InstanceType": "t3.micro"}), want)


@pytest.mark.parametrize(
    ("name", "of_line"),
    [("a.b", True), ("a.b-0123456789ab", True), ("a.b-api", False), ("axb", False), ("a.b-0123456789abc", False), ("a.b-0123456789ab-0123456789ab", False)],
)
def test_a_line_is_the_declared_name_and_that_name_with_a_digest(name, of_line):
    assert is_of_line(name, "a.b") is of_line
