# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a result says, in check mode and in the run alike, and what no log may say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused, Denied, Refused, StoppedHalfway
from ansible_collections.passrole.ec2.plugins.module_utils.core.permissions import Permission, Resource
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import Action, Later, Plan, Wait
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import DiscreetModule, one

from tests.support.module_in_process import told

MAKE = Action("ec2", "make", {}, "make it", needs=(Permission("iam:PassRole", (Resource("role", "web"),)),))
SEE = Wait("ec2", "see", {}, "see it", until=lambda answer: True)
ID = Later("make", "Id")
SAID = {"builds_on": [], "preflight": False}
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

    permissions = frozenset({Permission("ec2:DescribeThings")})
    told = ()
    partition, region = "aws", "eu-west-1"

    def __init__(self):
        self.calls = []

    def call(self, _service, operation, **_params):
        self.calls.append(operation)
        return {"Id": 7}


def planned(plan):
    """Makes this plan first, and finds nothing to do when it looks again."""
    plans = iter([plan])
    return lambda params, aws: next(plans, replace(plan, before=plan.after, steps=()))


def result_of(plan, dry):
    return one(SAID, planned(plan), Aws(), dry=dry)[0]


def test_check_mode_makes_no_call():
    aws = Aws()
    one(SAID, lambda params, aws: MADE, aws, dry=True)
    assert aws.calls == []


def test_a_run_makes_every_step():
    aws = Aws()
    one(SAID, planned(MADE), aws, dry=False)
    assert aws.calls == ["make", "see"]


def test_what_was_done_is_looked_at_again_without_what_earlier_tasks_said():
    asked = []

    def looking(params, aws):
        asked.append(params["builds_on"])
        return MADE if len(asked) == 1 else replace(MADE, before=MADE.after, steps=())

    one({**SAID, "builds_on": [{"skipped": True}]}, looking, Aws(), dry=False)
    assert asked == [[{"skipped": True}], []]


@pytest.mark.parametrize(("params", "plan"), [({"wait": False}, MADE), ({}, replace(MADE, steps=(SEE,)))])
def test_what_nobody_waits_for_and_what_changed_nothing_is_not_looked_at_again(params, plan):
    asked = []
    one({**SAID, **params}, lambda params, aws: asked.append(params) or replace(plan, result={}), Aws(), dry=False)
    assert len(asked) == 1


def test_what_the_look_at_the_end_reads_is_foretold():
    looked_at = Permission("iam:ListRolePolicies")
    assert "iam:ListRolePolicies" in result_of(replace(MADE, looks=(looked_at,)), dry=True)["permissions"]


def test_a_run_that_was_overtaken_does_not_report_success():
    with pytest.raises(
        StoppedHalfway,
        match="^Could not see all as planned: someone else changes it at the same time, or AWS keeps another value than is asked for: id, name$",
    ) as stopped:
        one(SAID, lambda params, aws: replace(MADE, before={"name": "other"}), Aws(), dry=False, sleep=lambda seconds: None)
    assert (stopped.value.done, stopped.value.left) == (["make it"], ["make it"])


def test_the_report_is_the_same_in_check_mode_and_in_the_run():
    checked, done = result_of(MADE, dry=True), result_of(MADE, dry=False)
    assert checked.pop("thing") == {"id": "(known after apply)"}
    assert done.pop("thing") == {"id": 7}
    assert checked == done == {
        "changed": True,
        "plan": ["make it"],
        "permissions": ["ec2:DescribeThings", "ec2:Make", "ec2:See", "iam:PassRole"],
        "policy": {
            "Version": "2012-10-17",
            "Statement": [
                {"Sid": "OnAnything", "Effect": "Allow", "Action": ["ec2:DescribeThings", "ec2:Make", "ec2:See"], "Resource": ["*"]},
                {"Sid": "PassRole", "Effect": "Allow", "Action": ["iam:PassRole"], "Resource": ["arn:aws:iam::*:role/*/web", "arn:aws:iam::*:role/web"]},
            ],
        },
        "outcome": {"thing": {"web": {}}},
        "diff": {"before": {}, "after": {"name": "web", "id": "(known after apply)"}},
    }


def test_a_run_tells_what_it_waited_for_and_a_check_does_not():
    shy = iter([False, True])
    plan = replace(MADE, steps=(MAKE, replace(SEE, until=lambda answer: next(shy))))
    pauses = []
    told = one(SAID, planned(plan), Aws(), dry=False, sleep=pauses.append)[0]
    assert told["waited"] == [{"step": "see it", "reason": "", "times": 1, "seconds": sum(pauses)}]
    assert "waited" not in result_of(plan, dry=True)


def test_a_run_warns_of_what_an_awaited_answer_tells():
    plan = replace(MADE, steps=(replace(SEE, warns=lambda answer: [f"it is {answer['Id']}"]),), result={})
    assert one(SAID, lambda params, aws: plan, Aws(), dry=False)[1] == ("it is hot", "it is 7")
    assert one(SAID, lambda params, aws: plan, Aws(), dry=True)[1] == ("it is hot",)


def test_reading_alone_changes_nothing():
    unchanged = result_of(Plan({"name": "web"}, {"name": "web"}, steps=(SEE,)), dry=False)
    assert (unchanged["changed"], unchanged["plan"]) == (False, [])


def test_warnings_are_handed_on():
    assert one(SAID, lambda params, aws: MADE, Aws(), dry=True)[1] == ("it is hot",)


@pytest.mark.parametrize("dry", [True, False])
def test_a_refusal_comes_before_any_call(dry):
    def refuse(params, aws):
        raise Refused("name: too long")

    aws = Aws()
    with pytest.raises(Refused, match="^name: too long$"):
        one(SAID, refuse, aws, dry=dry)
    assert aws.calls == []


def test_a_plan_that_stops_halfway_says_so():
    class Denied(Aws):
        def call(self, _service, operation, **_params):
            raise Refused("no")

    with pytest.raises(StoppedHalfway, match="^Could not make it: no$"):
        one(SAID, lambda params, aws: MADE, Denied(), dry=False)


class Judged(Aws):
    """An account that allows nothing, and says so when asked."""

    def call(self, service, operation, **params):
        if operation == "get_caller_identity":
            return {"Arn": "arn:aws:iam::123456789012:user/ada", "Account": "123456789012"}
        if operation == "simulate_principal_policy":
            denied = {"EvalDecision": "implicitDeny", "EvalResourceName": params["ResourceArns"][0]}
            return {"EvaluationResults": [{**denied, "EvalActionName": action} for action in params["ActionNames"]]}
        raise CallRefused("AccessDenied", "no", asked=(service, operation, params))


@pytest.mark.parametrize("dry", [True, False])
def test_a_preflight_refuses_what_is_not_allowed_in_check_mode_and_in_the_run_alike(dry):
    with pytest.raises(Denied, match="^preflight: arn:aws:iam::123456789012:user/ada may not ec2:Make on "):
        one({**SAID, "preflight": True}, lambda params, aws: MADE, Judged(), dry=dry)


def test_a_preflight_asks_nothing_where_nothing_changes():
    aws = Aws()
    one({**SAID, "preflight": True}, lambda params, aws: Plan({}, {}, steps=(SEE,)), aws, dry=True)
    assert aws.calls == []


def test_with_a_preflight_the_policy_names_the_account():
    class Allowed(Judged):
        def call(self, service, operation, **params):
            told = super().call(service, operation, **params)
            return {"EvaluationResults": [{**one, "EvalDecision": "allowed"} for one in told["EvaluationResults"]]} if "EvaluationResults" in told else told

    told = one({**SAID, "preflight": True}, lambda params, aws: MADE, Allowed(), dry=True)[0]
    assert "arn:aws:iam::123456789012:role/web" in str(told["policy"])


def test_a_denied_read_is_explained():
    def read(params, aws):
        return aws.call("iam", "get_role", RoleName="web")

    with pytest.raises(Denied, match=r"^no \(AccessDenied\)\. AWS does not say what it denied; IAM's simulator denies .* iam:GetRole on "):
        one(SAID, read, Judged(), dry=True)


def test_a_denied_write_is_explained_and_what_was_done_is_still_told():
    with pytest.raises(Denied, match="^Could not make it: no") as denial:
        one(SAID, lambda params, aws: MADE, Judged(), dry=False)
    result = denial.value.as_result()
    assert (result["done"], result["not_done"]) == ([], ["make it", "see it"])
    assert result["policy_to_add"]["Statement"][0]["Action"] == ["iam:PassRole"]


def test_what_is_kept_from_the_log_stays_in_the_parameters():
    logged = []

    class Logged(DiscreetModule):
        def log(self, msg, log_args=None):
            logged.append(msg)

    said = {"launch_template": {"user_data": "export TOKEN=hunter2\nrun"}}
    with told(said):
        module = Logged(argument_spec={"launch_template": {"type": "dict"}})
    assert module.params == said
    assert logged and not [line for line in logged if "hunter2" in line]
