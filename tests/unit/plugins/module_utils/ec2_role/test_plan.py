# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is decided about one role."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.apply import filled_in
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused, Refused, StillUsed
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import Action, shown
from ansible_collections.passrole.ec2.plugins.module_utils.core.users import Users
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.plan import plan
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.state import Desired, Holder, Identity, Observed, Role
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.trust import default_trust

EC2 = default_trust({}, "aws")
EC2_AND_SSM = default_trust({"Service": "ssm.amazonaws.com"}, "aws")
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}]}
READ_OTHERWISE = {"Statement": {"Resource": "*", "Action": ["s3:ListBucket", "s3:GetObject"], "Effect": "Allow"}, "Version": "2012-10-17"}
WRITE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}]}
OURS = "arn:aws:iam::123456789012:policy"
KNOWN = {name: f"{OURS}/{name}" for name in ("a", "b", "bound", *(f"p{number}" for number in range(10)))}
WHO = Identity("arn:aws:iam::123456789012:role/web", "AROA1", "2026-01-12T11:18:20+00:00")
WANT = Desired("web", EC2)
WEB = Role("web", EC2, description="Web", managed_policies=(f"{OURS}/a",), tags={"team": "a"})
GONE = Desired("web", present=False)
NOBODY = Users()


def planned(want=WANT, role=WEB, holders=(), identity=WHO, users=NOBODY):
    return plan(want, Observed(role, identity if role else None, KNOWN, holders, users))


def told(want=WANT, role=WEB, **more):
    return [step.summary for step in planned(want, role, **more) if isinstance(step, Action)]


def asked(**more):
    return replace(WANT, **more)


def test_a_new_role_is_made_first_and_permitted_then():
    want = asked(managed_policies=("b", "a"), inline_policies={"write": WRITE, "read": READ})
    assert told(want, None) == [
        "create role web",
        "attach policy a to role web",
        "attach policy b to role web",
        "write inline policy read into role web",
        "write inline policy write into role web",
    ]


def test_a_policy_with_a_path_is_named_without_it():
    arn = f"{OURS}/team/sub/web"
    role = replace(WEB, managed_policies=(f"{OURS}/other/a",))
    found = plan(asked(managed_policies=("team",), purge_policies=True), Observed(role, WHO, {"team": arn}, (), NOBODY))
    assert [step.summary for step in found if isinstance(step, Action)] == ["attach policy web to role web", "detach policy a from role web"]
    assert found.result["iam_role"]["attached_policies"] == [{"policy_arn": arn, "policy_name": "web"}]


@pytest.mark.parametrize(("inline", "told"), [(None, None), ({}, []), ({"read": READ}, ["read"])])
def test_inline_policies_of_a_new_role_are_returned_if_they_are_declared(inline, told):
    assert planned(asked(inline_policies=inline), None).result["iam_role"].get("inline_policies") == told


def test_a_deleted_role_is_gone_once_iam_does_not_find_it():
    [seen] = [step for step in planned(GONE) if step.summary == "see role web gone"]
    assert (seen.until(None), seen.until({"Role": {"RoleName": "web"}})) == (True, False)
    assert (seen.operation, seen.params, seen.absent) == ("get_role", {"RoleName": "web"}, "NoSuchEntity")


def test_all_that_creation_can_take_goes_with_it():
    want = asked(path="/team/", description="Web", max_session_duration=7200, boundary="bound", tags={"b": "2", "a": "1"})
    create, _read = planned(want, None)
    assert create.params == {
        "RoleName": "web",
        "Path": "/team/",
        "AssumeRolePolicyDocument": json.dumps(EC2),
        "MaxSessionDuration": 7200,
        "Description": "Web",
        "PermissionsBoundary": f"{OURS}/bound",
        "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}],
    }
    assert [one.action for one in create.permissions] == ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:TagRole"]


def test_what_is_not_said_is_not_sent():
    create, _read = planned(WANT, None)
    assert set(create.params) == {"RoleName", "Path", "AssumeRolePolicyDocument", "MaxSessionDuration"}
    assert [one.action for one in create.permissions] == ["iam:CreateRole"]


def test_what_is_known_to_be_there_may_be_unknown_to_one_of_iams_servers():
    want = asked(managed_policies=("b",))
    _create, on_new, _read = planned(want, None)
    on_old = planned(replace(want, purge_policies=False)).steps[0]
    for action in (on_new, on_old):
        assert CallRefused("NoSuchEntity", "The role with name web cannot be found.") in action.not_yet[0]
        assert CallRefused("NoSuchEntity", "Policy arn:aws:iam::123456789012:policy/b does not exist or is not attachable.") in action.not_yet[1]
        assert not any(CallRefused("NoSuchEntity", "The role with name webb cannot be found.") in each for each in action.not_yet)


def test_a_new_role_is_read_back_unless_nobody_waits():
    assert [step.operation for step in planned(WANT, None)] == ["create_role", "get_role"]
    assert [step.operation for step in planned(asked(wait=False), None)] == ["create_role"]


@pytest.mark.parametrize(
    "want",
    [
        pytest.param(WANT, id="nothing but the name"),
        pytest.param(asked(description="Web", max_session_duration=3600, path="/", boundary="", tags={"team": "a"}), id="all as it is"),
        pytest.param(asked(managed_policies=("a",)), id="the same policy"),
        pytest.param(asked(managed_policies=(), purge_policies=False), id="no policy to attach, none to detach"),
        pytest.param(asked(tags={}, purge_tags=False), id="no tag to add, none to remove"),
    ],
)
def test_what_is_already_so_needs_nothing(want):
    assert told(want) == []
    assert not planned(want)


def test_documents_that_mean_the_same_are_left_as_they_are():
    role = replace(WEB, inline_policies={"read": READ})
    same = planned(asked(inline_policies={"read": READ_OTHERWISE}), role)
    assert not same
    assert same.before == same.after


def test_a_trust_that_is_not_declared_is_kept_to_ec2():
    assert told(WANT, replace(WEB, trust=EC2_AND_SSM)) == ["change who may assume role web"]


def test_a_description_never_costs_the_longest_session():
    (update,) = planned(asked(description=""), replace(WEB, max_session_duration=7200))
    assert update.summary == "change the description of role web"
    assert update.params == {"RoleName": "web", "Description": "", "MaxSessionDuration": 7200}


def test_description_and_longest_session_change_in_one_call():
    assert told(asked(description="New", max_session_duration=7200)) == [
        "change the description and the longest session (7200 seconds) of role web"
    ]


@pytest.mark.parametrize(
    ("boundary", "before", "summaries"),
    [
        ("bound", "", ["bound the permissions of role web by policy bound"]),
        ("bound", f"{OURS}/a", ["bound the permissions of role web by policy bound"]),
        ("", f"{OURS}/a", ["take the permissions boundary off role web"]),
        (None, f"{OURS}/a", []),
    ],
)
def test_a_boundary_comes_and_goes(boundary, before, summaries):
    assert told(asked(boundary=boundary), replace(WEB, boundary=before)) == summaries


def test_a_boundary_stands_before_what_it_bounds():
    assert told(asked(boundary="bound", managed_policies=("a", "b"))) == [
        "bound the permissions of role web by policy bound",
        "attach policy b to role web",
    ]


def test_a_policy_is_attached_before_the_one_it_replaces_goes():
    assert told(asked(managed_policies=("b",))) == ["attach policy b to role web", "detach policy a from role web"]


def test_where_the_quota_has_no_room_for_both_the_old_policy_goes_first():
    crowded = replace(WEB, managed_policies=tuple(f"{OURS}/p{number}" for number in range(10)))
    assert told(asked(managed_policies=("b", *(f"p{number}" for number in range(1, 10)))), crowded) == [
        "detach policy p0 from role web",
        "attach policy b to role web",
    ]


def test_managed_policies_that_are_not_declared_stay_without_purge():
    assert told(asked(managed_policies=("b",), purge_policies=False)) == ["attach policy b to role web"]


@pytest.mark.parametrize(
    ("purge", "summaries"),
    [
        (True, ["write inline policy read into role web", "delete inline policy old from role web"]),
        (False, ["write inline policy read into role web"]),
    ],
)
def test_inline_policies_that_are_not_declared_go_only_with_purge(purge, summaries):
    role = replace(WEB, inline_policies={"old": WRITE, "read": WRITE})
    assert told(asked(inline_policies={"read": READ}, purge_inline_policies=purge), role) == summaries


def test_tags_change_by_what_is_new_and_what_is_gone():
    assert told(asked(tags={"cost": "1"})) == ["remove tags from role web", "tag role web"]


def test_a_key_in_another_case_takes_the_place_of_the_old_one_as_iam_knows_one_only():
    assert told(asked(tags={"Team": "b"}, purge_tags=False)) == ["remove tags from role web", "tag role web"]
    assert planned(asked(tags={"Team": "b"}, purge_tags=False)).after["tags"] == {"Team": "b"}


def test_a_role_stays_where_it_is_and_the_task_warns():
    moved = planned(asked(path="/team/"))
    assert not moved
    assert moved.after["path"] == "/"
    assert moved.warnings == ("path: role web is at /; IAM cannot move it to /team/, so it stays there",)


def test_what_only_aws_knows_comes_from_the_answer_that_made_the_role():
    result = planned(asked(managed_policies=("a",), inline_policies={"read": READ}, boundary="bound"), None).result["iam_role"]
    assert shown(result) == {
        "arn": "(known after apply)",
        "role_id": "(known after apply)",
        "create_date": "(known after apply)",
        "role_last_used": {},
        "role_name": "web",
        "path": "/",
        "assume_role_policy_document": EC2,
        "description": "",
        "max_session_duration": 3600,
        "attached_policies": [{"policy_arn": f"{OURS}/a", "policy_name": "a"}],
        "inline_policies": ["read"],
        "permissions_boundary": {"permissions_boundary_arn": f"{OURS}/bound", "permissions_boundary_type": "Policy"},
        "tags": {},
    }
    when = datetime(2026, 1, 12, 11, 18, 20, tzinfo=timezone.utc)
    real = filled_in(result, {"create_role": {"Role": {"Arn": "arn:1", "RoleId": "AROA1", "CreateDate": when}}})
    assert (real["arn"], real["role_id"], real["create_date"]) == ("arn:1", "AROA1", "2026-01-12T11:18:20+00:00")


def test_an_unchanged_role_is_told_as_it_was_seen():
    result = planned().result["iam_role"]
    assert (result["arn"], result["role_id"], result["description"]) == (WHO.arn, "AROA1", "Web")
    assert "inline_policies" not in result
    assert "permissions_boundary" not in result


def test_a_role_that_aws_does_not_show_yet_is_read_even_if_nothing_changes():
    made = planned(asked(wait=False), WEB, identity=None)
    assert [step.operation for step in made] == ["get_role"]
    assert shown(made.result)["iam_role"]["arn"] == "(known after apply)"


def test_what_later_tasks_may_build_on_is_the_role_as_it_will_be():
    facts = planned(asked(managed_policies=("b",), tags={})).outcome["iam_role"]["web"]
    assert (facts["path"], facts["managed_policies"], facts["tags"]) == ("/", [f"{OURS}/b"], {})
    assert planned(GONE).outcome == {"iam_role": {"web": None}}


def test_a_role_goes_after_all_that_hangs_on_it():
    role = replace(WEB, inline_policies={"read": READ})
    assert told(replace(GONE, remove_from_instance_profiles=True), role, holders=(Holder("p"), Holder("q"))) == [
        "take role web out of instance profile p",
        "take role web out of instance profile q",
        "detach policy a from role web",
        "delete inline policy read from role web",
        "delete role web",
    ]


def test_the_profiles_that_held_it_are_known_to_be_empty():
    outcome = planned(replace(GONE, remove_from_instance_profiles=True), holders=(Holder("p", "/x/"),)).outcome
    assert outcome == {"iam_role": {"web": None}, "instance_profile": {"p": {"path": "/x/", "role": None}}}


def test_a_role_is_seen_gone_unless_nobody_waits():
    assert planned(GONE).steps[-1].summary == "see role web gone"
    assert planned(replace(GONE, wait=False)).steps[-1].summary == "delete role web"


def test_absence_of_what_is_absent_needs_nothing():
    nothing = planned(GONE, None)
    assert not nothing
    assert (nothing.before, nothing.after, nothing.result) == (None, None, {"iam_role": None})


def test_a_role_in_use_is_not_deleted_unless_the_playbook_says_so():
    with pytest.raises(Refused) as refusal:
        planned(GONE, holders=(Holder("q"), Holder("p")))
    assert str(refusal.value) == (
        "state: role web is in instance profile p and instance profile q, and instances that run with it would lose "
        "their credentials; take it out first, or set remove_from_instance_profiles: true"
    )


@pytest.mark.parametrize(
    ("allowed", "force"),
    [(False, "remove_from_instance_profiles: true and force_delete: true"), (True, "force_delete: true")],
)
def test_a_role_that_something_runs_with_is_not_deleted_and_keeps_its_policies(allowed, force):
    with pytest.raises(StillUsed) as refusal:
        planned(replace(GONE, remove_from_instance_profiles=allowed), holders=(Holder("p"),), users=Users(("instance i-1 (running)",), region="eu-west-1"))
    assert str(refusal.value) == (
        "state: role web in instance profile p is still used in eu-west-1 by instance i-1 (running); what runs with it would lose its "
        f"credentials. Move them to another instance profile or end them first, or set {force}"
    )


def test_a_role_that_a_stack_keeps_is_left_to_it_unless_adopted():
    kept = replace(WEB, tags={"aws:cloudformation:stack-name": "web"})
    with pytest.raises(Refused, match="role web is kept by CloudFormation stack web; delete it there, or set adopt: true"):
        planned(GONE, kept)
    assert told(replace(GONE, adopt=True), kept)[-1] == "delete role web"
    assert told(asked(description="Mine"), kept) == ["change the description of role web"]


OTHERS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


@pytest.mark.parametrize("allowed", [False, True])
def test_a_role_that_another_service_may_assume_is_not_deleted(allowed):
    with pytest.raises(StillUsed) as refusal:
        planned(replace(GONE, remove_from_instance_profiles=allowed, adopt=True), replace(WEB, trust=OTHERS))
    assert str(refusal.value) == (
        "state: role web cannot be deleted, because its trust policy names other principals than EC2: Service lambda.amazonaws.com. Declare them in "
        "assume_role_principals or assume_role_policy_document if the role is meant for them too, remove them from its trust policy, "
        "or set force_delete: true"
    )
    assert refusal.value.users == ["Service lambda.amazonaws.com"]


@pytest.mark.parametrize("more", [{"force_delete": True}, {"trust": OTHERS}])
def test_a_role_for_declared_principals_is_deleted_and_so_is_any_by_force(more):
    assert told(replace(GONE, **more), replace(WEB, trust=OTHERS))[-1] == "delete role web"


def test_a_role_of_which_nobody_knows_the_users_is_not_deleted():
    unseen = Users(unseen=("ec2:DescribeInstances is denied; allow it",))
    with pytest.raises(StillUsed, match="who uses role web in instance profile p is not known"):
        planned(replace(GONE, remove_from_instance_profiles=True), holders=(Holder("p"),), users=unseen)
    with pytest.raises(Refused, match="role web is in instance profile p"):
        planned(GONE, holders=(Holder("p"),), users=unseen)


@pytest.mark.parametrize("path", ["/aws-service-role/ec2.amazonaws.com/", "/aws-reserved/sso.amazonaws.com/"])
def test_roles_that_aws_keeps_are_left_to_aws(path):
    role = replace(WEB, path=path)
    for want in (GONE, asked(description="Mine")):
        with pytest.raises(Refused, match="kept by AWS itself"):
            planned(want, role)
    assert not planned(WANT, role)
