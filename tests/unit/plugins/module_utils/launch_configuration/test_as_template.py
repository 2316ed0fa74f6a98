# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A launch configuration said as a launch template."""

from __future__ import annotations

import pytest
from botocore import xform_name

from ansible_collections.passrole.ec2.plugins.module_utils.core.shapes import to_api
from ansible_collections.passrole.ec2.plugins.module_utils.launch_configuration.as_template import LEFT_OUT, advice, as_template
from ansible_collections.passrole.ec2.plugins.module_utils.launch_configuration.state import Desired

from tests.support.service_models import input_shape

SHAPE = input_shape("autoscaling", "create_launch_configuration")
TEMPLATE = input_shape("ec2", "create_launch_template").members["LaunchTemplateData"]
EVERYTHING = {
    "associate_public_ip_address": True,
    "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": {"volume_size": 8}}, {"device_name": "/dev/xvdb", "no_device": True}],
    "ebs_optimized": True,
    "iam_instance_profile": "app",
    "image_id": "ami-1",
    "instance_monitoring": {"enabled": False},
    "instance_type": "t2.micro",
    "kernel_id": "aki-1",
    "key_name": "key",
    "metadata_options": {"http_tokens": "required"},
    "placement_tenancy": "dedicated",
    "ramdisk_id": "ari-1",
    "security_groups": ["sg-1"],
    "spot_price": "0.05",
    "user_data": "IyEvYmluL3No",
}


def test_every_member_is_said_in_a_templates_own_words():
    said = as_template(EVERYTHING)
    assert to_api(said, TEMPLATE, "launch_template")
    assert said == {
        "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": {"volume_size": 8}}, {"device_name": "/dev/xvdb", "no_device": ""}],
        "ebs_optimized": True,
        "image_id": "ami-1",
        "instance_market_options": {"market_type": "spot", "spot_options": {"max_price": "0.05"}},
        "instance_type": "t2.micro",
        "kernel_id": "aki-1",
        "key_name": "key",
        "metadata_options": {"http_tokens": "required"},
        "monitoring": {"enabled": False},
        "network_interfaces": [{"device_index": 0, "associate_public_ip_address": True, "groups": ["sg-1"]}],
        "placement": {"tenancy": "dedicated"},
        "ram_disk_id": "ari-1",
        "user_data": "IyEvYmluL3No",
    }


def shown(**said):
    return advice(Desired(**{"name": "web", "group": "web", "data": {"IamInstanceProfile": "app", "ImageId": "ami-1"}, **said}), SHAPE)


def test_user_data_that_were_packed_are_packed_again():
    data = {"IamInstanceProfile": "app", "ImageId": "ami-1", "UserData": "IyEvYmluL3No"}
    assert '"gzip_user_data": true' in shown(data=data, zipped=True)
    assert "gzip_user_data" not in shown(data=data)


def test_a_name_becomes_one_that_a_template_may_have():
    assert '"name": "My-LC--with-signs-"' in shown(name="My LC: with signs!")
    assert '"name"' not in shown()


def test_what_an_instance_was_to_tell_is_left_to_be_filled_in():
    told = shown(data={"IamInstanceProfile": "app", "InstanceId": "i-1"})
    assert '"image_id": "(the image of i-1)"' in told and '"instance_type": "(the type of i-1)"' in told


def test_no_member_of_the_api_is_forgotten():
    members = {xform_name(member) for member in SHAPE.members}
    assert members == {"launch_configuration_name", *LEFT_OUT, *EVERYTHING}


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        (["sg-1", "sg-2"], {"security_group_ids": ["sg-1", "sg-2"]}),
        (["default"], {"security_groups": ["default"]}),
        ([], {}),
    ],
)
def test_security_groups_are_said_by_id_or_by_name(groups, said):
    assert as_template({"security_groups": groups}) == {"monitoring": {"enabled": True}, **said}


def test_the_advice_says_the_profile_beside_the_template_and_what_a_template_has_not():
    want = Desired("web", group="web", data={"IamInstanceProfile": "arn:aws:iam::1:instance-profile/app", "InstanceId": "i-1", "UserData": "IyEvYmluL3No"})
    assert advice(want, SHAPE) == (
        "Declare, in place of launch_configuration, instance_profile: arn:aws:iam::1:instance-profile/app and launch_template: "
        '{"image_id": "(the image of i-1)", "instance_type": "(the type of i-1)", "monitoring": {"enabled": true}, '
        '"user_data": "(as in launch_configuration)"} (a template has no instance_id)'
    )


def test_the_advice_says_the_name_where_it_is_not_the_groups():
    assert 'instance_profile: app and launch_template: {"name": "web"' in advice(Desired("web", {"IamInstanceProfile": "app"}), SHAPE)
