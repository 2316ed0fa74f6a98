# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a result says, in check mode and in the run alike, and what no log may say."""

from __future__ import annotations

import base64

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused, StoppedHalfway
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import Action, Later, Plan, Wait
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import one, secrets

MAKE = Action("ec2", "make", {}, "make it", needs=("iam:PassRole",))
SEE = Wait("ec2", "see", {}, "see it", until=lambda answer: True)
ID = Later("make", "Id")
MADE = Plan(
    before=None,
    after={"name": "web", "id": ID},
    steps=(MAKE, SEE),
    result={"thing": {"id": ID}},
    outcome={"thing": {"web": {}}},
    warnings=("it is hot",),
)


class Aws:
    """Has read one thing, and makes whatever is asked."""

    permissions = frozenset({"ec2:DescribeThings"})

    def __init__(self):
        self.calls = []

    def call(self, _service, operation, **_params):
        self.calls.append(operation)
        return {"Id": 7}


def result_of(plan, dry):
    return one({}, lambda params, aws: plan, Aws(), dry=dry)[0]


def test_check_mode_makes_no_call():
    aws = Aws()
    one({}, lambda params, aws: MADE, aws, dry=True)
    assert aws.calls == []


def test_a_run_makes_every_step():
    aws = Aws()
    one({}, lambda params, aws: MADE, aws, dry=False)
    assert aws.calls == ["make", "see"]


def test_the_report_is_the_same_in_check_mode_and_in_the_run():
    checked, done = result_of(MADE, dry=True), result_of(MADE, dry=False)
    assert checked.pop("thing") == {"id": "(known after apply)"}
    assert done.pop("thing") == {"id": 7}
    assert checked == done == {
        "changed": True,
        "plan": ["make it"],
        "permissions": ["ec2:DescribeThings", "ec2:Make", "ec2:See", "iam:PassRole"],
        "outcome": {"thing": {"web": {}}},
        "diff": {"before": {}, "after": {"name": "web", "id": "(known after apply)"}},
    }


def test_reading_alone_changes_nothing():
    unchanged = result_of(Plan({"name": "web"}, {"name": "web"}, steps=(SEE,)), dry=False)
    assert (unchanged["changed"], unchanged["plan"]) == (False, [])


def test_warnings_are_handed_on():
    assert one({}, lambda params, aws: MADE, Aws(), dry=True)[1] == ("it is hot",)


@pytest.mark.parametrize("dry", [True, False])
def test_a_refusal_comes_before_any_call(dry):
    def refuse(params, aws):
        raise Refused("name: too long")

    aws = Aws()
    with pytest.raises(Refused, match="^name: too long$"):
        one({}, refuse, aws, dry=dry)
    assert aws.calls == []


def test_a_plan_that_stops_halfway_says_so():
    class Denied(Aws):
        def call(self, _service, operation, **_params):
            raise Refused("no")

    with pytest.raises(StoppedHalfway, match="^Could not make it: no$"):
        one({}, lambda params, aws: MADE, Denied(), dry=False)


def test_user_data_is_a_secret_at_any_depth_plain_and_encoded():
    said = {"launch_template": {"user_data": "#!/bin/sh", "image_id": "ami-1"}, "more": [{"user_data": "second"}, {"user_data": "a"}]}
    assert set(secrets(said)) == {
        "#!/bin/sh",
        base64.b64encode(b"#!/bin/sh").decode(),
        "second",
        base64.b64encode(b"second").decode(),
    }
