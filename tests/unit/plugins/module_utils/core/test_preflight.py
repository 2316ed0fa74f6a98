# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is refused before the first write, and what is only warned of."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.authorization import ITS_SERVICE, SERVICE_LINKED_ROLE, asked
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused, Denied
from ansible_collections.passrole.ec2.plugins.module_utils.core.permissions import Known, Permission
from ansible_collections.passrole.ec2.plugins.module_utils.core.preflight import preflight

ADA = "arn:aws:iam::123456789012:user/ada"
HERE = Known("aws", "eu-west-1")
GET = asked("iam", "get_role", {"RoleName": "web"})
PUT = asked("iam", "add_role_to_instance_profile", {"InstanceProfileName": "p", "RoleName": "web"})
PUT_BACK = asked("iam", "add_role_to_instance_profile", {"InstanceProfileName": "p", "RoleName": "old"})
FIRST_GROUP = (Permission("iam:CreateServiceLinkedRole", (SERVICE_LINKED_ROLE,), (ITS_SERVICE,)),)
NO = CallRefused("AccessDenied", "no")
NOBODY = CallRefused("NoSuchEntity", "gone")


class Aws:
    """A caller to whom all is allowed but some actions, or some on one resource; a refusal stands for an answer."""

    def __init__(self, arn=ADA, denies=(), simulator=None, linked_role=NO, **told):
        self.arn, self.denies, self.simulator, self.linked_role, self.told = arn, denies, simulator, linked_role, told

    def __call__(self, service, operation, **params):
        if operation == "get_caller_identity":
            return {"Arn": self.arn, "Account": "123456789012"}
        if operation == "get_role":
            return self.answered(self.linked_role)
        if self.simulator:
            raise self.simulator
        return {"EvaluationResults": [self.result(action, on) for action in params["ActionNames"] for on in params["ResourceArns"]]}

    def result(self, action, on):
        denied = any(one in (action, f"{action} on {on}") for one in self.denies)
        found = {"EvalActionName": action, "EvalResourceName": on, "EvalDecision": "implicitDeny" if denied else "allowed"}
        return {**found, **self.told} if denied else found

    @staticmethod
    def answered(told):
        if isinstance(told, CallRefused):
            raise told
        return told


def warned(aws, needed=PUT, spare=()):
    return preflight(needed, spare, HERE, aws)[1]


def test_what_is_allowed_passes_and_the_account_is_known_from_then_on():
    known, warnings = preflight([*GET, *PUT], PUT_BACK, HERE, Aws())
    assert (known.account, warnings) == ("123456789012", ())


def test_what_is_denied_is_refused_with_the_statement_that_allows_it():
    with pytest.raises(Denied) as refusal:
        warned(Aws(denies=["iam:PassRole"]))
    assert str(refusal.value) == (
        f"preflight: {ADA} may not iam:PassRole on arn:aws:iam::123456789012:role/web (allowed by no policy). This allows it: "
        '{"Sid": "PassRole", "Effect": "Allow", "Action": ["iam:PassRole"], '
        '"Resource": ["arn:aws:iam::123456789012:role/*/web", "arn:aws:iam::123456789012:role/web"], '
        '"Condition": {"StringEquals": {"iam:PassedToService": ["ec2.amazonaws.com"]}}}'
    )
    assert refusal.value.as_result()["policy_to_add"]["Statement"][0]["Sid"] == "PassRole"
    assert refusal.value.as_result()["changed"] is False


def test_all_that_lacks_is_told_at_once():
    with pytest.raises(Denied, match=r"may not iam:AddRoleToInstanceProfile on .*, iam:GetRole on .*") as refusal:
        warned(Aws(denies=["iam:GetRole", "iam:AddRoleToInstanceProfile"]), [*PUT, *GET])
    assert len(refusal.value.policy["Statement"]) == 2


def test_an_explicit_denial_is_told_with_no_statement_as_none_mends_it():
    aws = Aws(denies=["iam:PassRole"], EvalDecision="explicitDeny", MatchedStatements=[{"SourcePolicyId": "guard"}])
    with pytest.raises(Denied, match=r"\(denied by guard\)\. No further statement allows iam:PassRole; whoever keeps the policy") as refusal:
        warned(aws)
    assert "policy_to_add" not in refusal.value.as_result()


@pytest.mark.parametrize(
    ("told", "keeper"),
    [
        ({"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}}, "the permissions boundary"),
        ({"OrganizationsDecisionDetail": {"AllowedByOrganizations": False}}, "the organization's policies"),
    ],
)
def test_where_no_policy_of_the_callers_own_helps_it_is_said_what_must_allow_it(told, keeper):
    with pytest.raises(Denied, match=rf"It is {keeper} that must allow it\. This allows it: "):
        warned(Aws(denies=["iam:PassRole"], **told))


def test_what_hangs_on_something_that_nobody_told_is_no_reason_to_refuse():
    (warning,) = warned(Aws(denies=["iam:PassRole"], MissingContextValues=["aws:SourceIp"]))
    assert warning.endswith("role/web hangs on aws:SourceIp, which IAM's simulator was not told")


def test_a_role_that_could_not_be_put_back_is_warned_of():
    (warning,) = warned(Aws(denies=["iam:PassRole on arn:aws:iam::123456789012:role/old"]), PUT, PUT_BACK)
    assert "may not iam:PassRole on arn:aws:iam::123456789012:role/old" in warning
    assert warning.endswith("should AWS refuse the role that takes its place, it could not be put back")


@pytest.mark.parametrize(
    ("aws", "why"),
    [
        (Aws(arn="arn:aws:iam::123456789012:root"), "is the account's root"),
        (Aws(arn="arn:aws:sts::123456789012:federated-user/ada"), "is a federated-user"),
        (Aws(simulator=NO), f"as {ADA} may not ask IAM's simulator: iam:SimulatePrincipalPolicy on {ADA} is not allowed"),
        (Aws(simulator=CallRefused("ServiceFailure", "gone")), "did not answer about .*: gone"),
        (Aws(simulator=NOBODY), f"does not know {ADA}: there is no {ADA}"),
        (Aws(arn="arn:aws:sts::123456789012:assumed-role/deploy/ada", simulator=NOBODY), "path of its role, and iam:GetRole on deploy is not allowed"),
    ],
)
def test_where_nobody_can_be_asked_the_task_warns_and_goes_on(aws, why):
    (warning,) = warned(aws)
    assert warning.startswith("preflight: not made, as ")
    with pytest.raises(AssertionError, match=why):
        raise AssertionError(warning)


@pytest.mark.parametrize(("linked_role", "refused"), [({"Role": {}}, False), (NO, False), (CallRefused("NoSuchEntity", "none"), True)])
def test_the_role_of_auto_scaling_must_be_made_only_where_it_is_not(linked_role, refused):
    aws = Aws(denies=["iam:CreateServiceLinkedRole"], linked_role=linked_role)
    if refused:
        with pytest.raises(Denied, match="may not iam:CreateServiceLinkedRole"):
            warned(aws, FIRST_GROUP)
    else:
        assert warned(aws, FIRST_GROUP) == ()
