# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a playbook's words about a launch template come to."""

from __future__ import annotations

import base64
import gzip

import botocore.session
import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.launch_template.state import desired, in_words, profile_of, with_parameter

REQUEST = botocore.session.get_session().get_service_model("ec2").operation_model("CreateLaunchTemplate").input_shape
SCRIPT = "#!/bin/sh\necho hello\n"


def data(profile="web", **words):
    return desired(words, "web", profile, True, REQUEST).data


def test_the_profile_stands_in_the_data_by_name():
    assert data()["IamInstanceProfile"] == {"Name": "web"}


def test_a_profile_given_as_an_arn_stays_an_arn():
    arn = "arn:aws:iam::123456789012:instance-profile/team/web"
    assert data(arn)["IamInstanceProfile"] == {"Arn": arn}
    assert profile_of(data(arn)) == "web"


def test_a_profile_may_be_given_as_a_member_of_the_data():
    assert data(None, iam_instance_profile={"name": "web"})["IamInstanceProfile"] == {"Name": "web"}


def test_imdsv2_is_required_where_nothing_is_said():
    assert data()["MetadataOptions"] == {"HttpTokens": "required"}


def test_imdsv2_is_required_beside_other_metadata_options():
    assert data(metadata_options={"http_put_response_hop_limit": 2})["MetadataOptions"] == {
        "HttpTokens": "required",
        "HttpPutResponseHopLimit": 2,
    }


def test_imdsv1_is_there_for_who_asks_for_it():
    assert data(metadata_options={"http_tokens": "optional"})["MetadataOptions"] == {"HttpTokens": "optional"}


def test_an_image_named_by_a_parameter_is_asked_for():
    assert desired({"image_ssm_parameter": "/golden"}, "web", "web", True, REQUEST).image_parameter == "/golden"
    assert desired({"image_id": "resolve:ssm:/golden:3"}, "web", "web", True, REQUEST).image_parameter == "/golden:3"


def test_a_parameter_asked_for_now_pins_its_image():
    want = with_parameter(desired({"image_ssm_parameter": "/golden"}, "web", "web", True, REQUEST), "ami-1")
    assert (want.data["ImageId"], want.image) == ("ami-1", "ami-1")


def test_a_parameter_asked_for_at_launch_stays_in_the_template():
    want = with_parameter(desired({"image_id": "resolve:ssm:/golden"}, "web", "web", True, REQUEST), "ami-1")
    assert (want.data["ImageId"], want.image) == ("resolve:ssm:/golden", "ami-1")


def test_user_data_is_encoded_once():
    encoded = base64.b64encode(SCRIPT.encode()).decode()
    assert data(user_data=SCRIPT)["UserData"] == encoded
    assert data(user_data=encoded)["UserData"] == encoded


def test_text_that_only_looks_like_base64_is_encoded_all_the_same():
    assert data(user_data="echo")["UserData"] == base64.b64encode(b"echo").decode()


def test_user_data_may_be_packed():
    packed = base64.b64decode(data(user_data=SCRIPT, gzip_user_data=True)["UserData"])
    assert gzip.decompress(packed).decode() == SCRIPT


def test_user_data_too_large_for_ec2_are_refused_before_they_are_encoded():
    assert data(user_data="#" * 16384)
    with pytest.raises(Refused, match=r"user_data: 16385 bytes, and EC2 takes at most 16384; .*gzip_user_data"):
        data(user_data="#" * 16385)
    assert data(user_data="#" * 16385, gzip_user_data=True)


def test_user_data_is_shown_by_its_digest():
    shown = in_words(data(user_data=SCRIPT), REQUEST.members["LaunchTemplateData"])["user_data"]
    assert shown.startswith("sha256:")


def test_tags_may_be_a_dictionary():
    specifications = data(tag_specifications=[{"resource_type": "instance", "tags": {"team": "a"}}])["TagSpecifications"]
    assert specifications == [{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "a"}]}]


@pytest.mark.parametrize(("key", "value"), [("k", ""), ("k" * 128, "v" * 256), ("k", 1), ("k", 1.5)])
def test_a_tag_of_the_template_may_be_as_long_as_ec2_allows(key, value):
    assert desired({"tags": {key: value}}, "web", "web", True, REQUEST).tags == {key: str(value)}


@pytest.mark.parametrize("tags", [{"": "v"}, {"k" * 129: "v"}, {"k": "v" * 257}])
def test_a_tag_that_is_too_short_or_too_long_is_refused(tags):
    with pytest.raises(Refused, match="a key has 1 to 128 characters, and a value at most 256"):
        desired({"tags": tags}, "web", "web", True, REQUEST)


@pytest.mark.parametrize(
    ("words", "because"),
    [
        pytest.param({"imageid": "ami-1"}, r"launch_template\.imageid: no such member; did you mean image_id\?", id="misspelt"),
        pytest.param(
            {"metadata_options": {"http_token": "required"}},
            r"launch_template\.metadata_options\.http_token: no such member .*; did you mean http_tokens\?",
            id="misspelt at depth",
        ),
        pytest.param({"version_descriptio": "x"}, "did you mean version_description", id="misspelt word of the template"),
        pytest.param({"ebs_optimized": "maybe"}, r"launch_template\.ebs_optimized: must be true or false", id="type"),
        pytest.param({"metadata_options": {"http_tokens": "never"}}, "never is none of optional, required", id="choice"),
        pytest.param({"instance_type": "t2.mikro"}, r"knows no t2\.mikro; did you mean t2\.micro\?", id="instance type"),
        pytest.param({"default_version": "newest"}, "must be latest or the number of a version", id="default version"),
        pytest.param({"version": "latest"}, r"must be pinned or \$Latest or \$Default or the number", id="version"),
        pytest.param({"keep_versions": 0}, r"launch_template\.keep_versions: 0, and at least 1 needed", id="keep none"),
        pytest.param({"version_description": "x" * 256}, "256 characters, and at most 255 allowed", id="description"),
        pytest.param({"image_id": "ami-1", "image_ssm_parameter": "/golden"}, "given beside image_id", id="two images"),
        pytest.param({"tags": {"passrole.ec2": "me"}}, r"launch_template\.tags\.passrole\.ec2: is the sign", id="our sign"),
        pytest.param({"tags": {"a": {"b": "c"}}}, r"launch_template\.tags\.a: must be a string", id="nested tag"),
        pytest.param({"tags": {"aws:x": "y"}}, r"launch_template\.tags\.aws:x: keys that begin with aws:", id="tag of AWS's own"),
        pytest.param({"tags": {"k" * 129: "y"}}, "a key has 1 to 128 characters", id="key of a tag"),
        pytest.param({"tags": ["a"]}, r"launch_template\.tags: must be a dictionary", id="tags"),
        pytest.param({"iam_instance_profile": {"name": "other"}}, "given twice", id="two profiles"),
    ],
)
def test_a_wrong_word_is_refused_with_its_path(words, because):
    with pytest.raises(Refused, match=because):
        desired(words, "web", "web", True, REQUEST)


@pytest.mark.parametrize("name", ["ab", "x" * 126, "a b", "web_ü", "web:1"])
def test_a_name_that_aws_refuses_is_refused(name):
    with pytest.raises(Refused, match=r"launch_template\.name"):
        desired({}, name, "web", True, REQUEST)


def test_no_profile_is_refused():
    with pytest.raises(Refused, match="instance_profile: must be given"):
        desired({}, "web", None, True, REQUEST)
