# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What any launch relies on is looked for in the place it is said to be."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.earlier import Earlier
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused, Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.launch_parts import (
    KEY_PAIR,
    SECURITY_GROUP,
    SUBNET,
    at,
    refuse_missing,
    refuse_missing_image,
    refuse_missing_profile,
)
from ansible_collections.passrole.ec2.plugins.module_utils.core.profile_names import in_ec2_words, profile_named

ARN = "arn:aws:iam::123456789012:instance-profile/team/web"


def refusing(code):
    def find(_service, _operation, **_params):
        raise CallRefused(code, "no")

    return find


@pytest.mark.parametrize("profile", ["web", ARN])
def test_a_profile_is_known_by_its_name_however_it_is_given(profile):
    assert profile_named(in_ec2_words(profile)) == "web"


def test_an_image_that_is_not_there_is_refused_at_the_path_of_its_option():
    with pytest.raises(Refused, match=r"launch_configuration\.image_id: there is no ami-1: no \(InvalidAMIID.NotFound\)"):
        refuse_missing_image("ami-1", refusing("InvalidAMIID.NotFound"), "launch_configuration.image_id")


def test_another_refusal_of_aws_stays_what_it_is():
    with pytest.raises(CallRefused):
        refuse_missing_image("ami-1", refusing("UnauthorizedOperation"), "launch_configuration.image_id")


def test_all_of_a_kind_are_asked_for_at_once_and_the_missing_one_is_refused_at_its_own_path():
    asked = []

    def find(_service, operation, **params):
        asked.append((operation, params))
        raise CallRefused("InvalidGroup.NotFound", "The security group 'sg-2' does not exist")

    with pytest.raises(Refused, match=r"^second: The security group 'sg-2' does not exist \(InvalidGroup.NotFound\)"):
        refuse_missing(SECURITY_GROUP, {"sg-2": "second", "sg-1": "first"}, find)
    assert asked == [("describe_security_groups", {"GroupIds": ["sg-1", "sg-2"]})]


def test_a_refusal_that_names_none_of_them_is_told_at_the_first_path():
    with pytest.raises(Refused, match="^first: there is no subnet-1: no"):
        refuse_missing(SUBNET, {"subnet-1": "first", "subnet-2": "second"}, refusing("InvalidSubnetID.NotFound"))


def test_of_several_the_missing_one_is_found_where_the_refusal_does_not_name_it():
    def find(_service, _operation, SubnetIds):
        if "subnet-2" in SubnetIds:
            raise CallRefused("InvalidSubnetID.NotFound", "no")

    with pytest.raises(Refused, match="^second: there is no subnet-2: no"):
        refuse_missing(SUBNET, {"subnet-1": "first", "subnet-2": "second"}, find)


def test_where_nothing_is_named_nothing_is_asked():
    refuse_missing(KEY_PAIR, at("launch_template.key_name", [None, ""]), refusing("nothing is asked"))


def test_a_profile_made_earlier_with_another_arn_is_refused():
    earlier = Earlier({"instance_profile": {"web": {"role": "app", "arn": ARN}}})
    refuse_missing_profile({"Arn": ARN}, refusing("nothing is asked"), earlier)
    with pytest.raises(Refused, match="there is no arn:aws:iam::1:instance-profile/web"):
        refuse_missing_profile({"Arn": "arn:aws:iam::1:instance-profile/web"}, refusing("nothing is asked"), earlier)
