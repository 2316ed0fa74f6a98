# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong is told of each host, and a table shows it at a glance."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.passrole.ec2.plugins.filter.verified_credentials import verified_credentials

ARN = "arn:aws:iam::123456789012:instance-profile/team/web"
HEARD = {
    "instance_id": "i-1",
    "imds": {"v1_answered": False, "v2_answered": True},
    "instance_profile": {"arn": ARN, "id": "AIPA1", "name": "web"},
    "role": "web",
    "code": "Success",
    "seconds_left": 21400,
    "delivered": True,
    "reason": "",
}
INSTANCES = ({"instance_id": "i-1", "iam_instance_profile": {"arn": ARN, "id": "AIPA1"}},)
PROFILES = ({"instance_profile_name": "web", "instance_profile_id": "AIPA1", "roles": [{"role_name": "web"}]},)


def verified(host=None, instances=INSTANCES, profiles=PROFILES, **heard):
    return verified_credentials([{"host": "web-1", "heard": {**HEARD, **heard}, **(host or {})}], instances, profiles)


def test_where_both_sides_agree_nothing_is_wrong_and_the_table_has_a_line():
    found = verified()
    assert found["faults"] == []
    assert found["table"] == [
        "host   instance  instance profile  role  code     expires in  IMDSv1   verdict",
        "web-1  i-1       web               web   Success  5 h 56 min  refused  ok",
    ]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"delivered": False, "reason": "put one in"}, "web-1: put one in"),
        ({"host": {"instance_profile": "other"}}, "web-1: it carries instance profile web, and is to carry other"),
        ({"instances": [{"instance_id": "i-1"}], "host": {"instance_profile": "web"}}, "web-1: it carries no instance profile, and is to carry web"),
        ({"profiles": []}, "web-1: it carries instance profile web, which is not there any more"),
        ({"profiles": [{**PROFILES[0], "instance_profile_id": "AIPA2"}]}, "web-1: it carries an instance profile web that was deleted (AIPA1, not AIPA2)"),
        ({"instance_profile": {"id": "AIPA0", "name": "old"}}, "web-1: it still hears of instance profile old (AIPA0), and carries web (AIPA1)"),
        ({"role": "old"}, "web-1: it has credentials of role old, and the instance profile holds web; its next credential refresh brings that"),
        ({"imds": {"v1_answered": True}, "host": {"refuse_imdsv1": True}}, "web-1: the metadata service answers IMDSv1"),
        ({"instances": []}, "web-1: AWS knows no instance i-1 here"),
        ({"instance_id": None}, "web-1: its instance id is not known"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_host(said, fault):
    (found,) = verified(**said)["faults"]
    assert found.startswith(fault)


def test_a_host_that_nobody_reached_is_one_of_them():
    found = verified_credentials([{"host": "web-1", "heard": {"unreachable": True, "msg": "no route"}, "instance_id": "i-1"}], INSTANCES, PROFILES)
    assert found["faults"] == ["web-1: was not asked what it hears: no route"]


def test_imdsv1_is_told_and_no_fault_unless_it_is_to_be():
    found = verified(imds={"v1_answered": True})
    assert found["faults"] == [] and "answered" in found["table"][1]


@pytest.mark.parametrize("hosts", [5, ["web-1"], [{"heard": HEARD}], [{"host": "web-1", "heard": 5}]])
def test_anything_else_is_refused_in_words(hosts):
    with pytest.raises(AnsibleFilterError, match="verified_credentials: takes hosts, instances and profiles"):
        verified_credentials(hosts, INSTANCES, PROFILES)
