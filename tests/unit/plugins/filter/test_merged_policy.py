# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter, as a template calls it."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.passrole.ec2.plugins.filter.merged_policy import FilterModule

merged_policy = FilterModule().filters()["merged_policy"]
GET, CREATE = (
    {"Version": "2012-10-17", "Statement": [{"Sid": action, "Effect": "Allow", "Action": [f"iam:{action}"], "Resource": ["arn:aws:iam::*:role/web"]}]}
    for action in ("GetRole", "CreateRole")
)


def test_policies_become_one():
    assert merged_policy([{"policy": GET}, {"policy": CREATE}]) == {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "OnRole", "Effect": "Allow", "Action": ["iam:CreateRole", "iam:GetRole"], "Resource": ["arn:aws:iam::*:role/web"]}],
    }


def test_what_is_no_policy_fails_the_template_in_words():
    with pytest.raises(AnsibleFilterError, match=r"^merged_policy\[0\]: neither a policy nor"):
        merged_policy([{"msg": "hello"}])


def test_a_fleet_has_one_policy_beside_its_results():
    assert merged_policy([{"policy": GET, "results": [{"name": "web"}]}]) == merged_policy([{"policy": GET}])


def test_a_fleet_whose_policy_was_too_long_is_told_of_in_words():
    with pytest.raises(AnsibleFilterError, match=r"^merged_policy\[0\]: the fleet's policy would be longer than IAM takes"):
        merged_policy([{"policy": None, "results": []}])
