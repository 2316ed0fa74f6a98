# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles and policies, after IAM's API reference, its service model and its user guide."""

from __future__ import annotations

import json
from urllib.error import HTTPError

import pytest

SSM = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
READ = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]})


def trusting(**statement):
    said = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole", **statement}
    return json.dumps({"Version": "2012-10-17", "Statement": [{name: value for name, value in said.items() if value is not None}]})


@pytest.mark.parametrize(
    ("document", "because"),
    [
        ("not json", "This policy contains invalid Json"),
        ("{}", "Syntax errors in policy."),
        ('{"Version": "2012-10-17", "Statement": []}', "Syntax errors in policy."),
        ('{"Version": "2012-10-17", "Statement": ["all"]}', "Syntax errors in policy."),
        (trusting(Principal=None), "Missing required field Principal"),
        (trusting(Resource="*"), "Has prohibited field Resource"),
        (trusting(Action="s3:GetObject"), "AssumeRole policy may only specify STS AssumeRole actions."),
        (trusting(Principal={"Service": "ec2"}), 'Invalid principal in policy: "SERVICE":"ec2"'),
    ],
)
def test_a_trust_policy_that_makes_no_sense_is_refused(iam, refused, trust, document, because):
    """API_CreateRole and API_UpdateAssumeRolePolicy: MalformedPolicyDocument."""
    assert refused(iam.create_role, RoleName="web", AssumeRolePolicyDocument=document) == ("MalformedPolicyDocument", because)
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust)
    assert refused(iam.update_assume_role_policy, RoleName="web", PolicyDocument=document) == ("MalformedPolicyDocument", because)


@pytest.mark.parametrize("service", ["ec2.amazonaws.com", "ec2.amazonaws.com.cn", ["ec2.amazonaws.com", "ssm.amazonaws.com"]])
def test_a_trust_policy_for_a_service_of_any_partition_is_taken(iam, service):
    """IAM user guide, id_roles_use_passrole: EC2's principal in China ends in .cn."""
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=trusting(Principal={"Service": service}))
    assert iam.get_role(RoleName="web")["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"Service": service}


def test_a_trust_policy_has_its_quota(iam, refused):
    """reference_iam-quotas: 2,048 characters unless raised."""
    long = trusting(Condition={"StringEquals": {"aws:PrincipalTag/team": "x" * 2048}})
    assert refused(iam.create_role, RoleName="web", AssumeRolePolicyDocument=long)[0] == "LimitExceeded"


@pytest.mark.parametrize("document", ["not json", "{}", '{"Version": "2012-10-17"}'])
def test_a_policy_without_sense_is_refused(iam, refused, trust, document):
    """API_PutRolePolicy and API_CreatePolicy: MalformedPolicyDocument."""
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust)
    assert refused(iam.put_role_policy, RoleName="web", PolicyName="read", PolicyDocument=document)[0] == "MalformedPolicyDocument"
    assert refused(iam.create_policy, PolicyName="read", PolicyDocument=document)[0] == "MalformedPolicyDocument"


@pytest.mark.parametrize(
    ("params", "because"),
    [
        ({"RoleName": "we/b"}, "at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern"),
        ({"RoleName": "x" * 65}, "Member must have length less than or equal to 64"),
        ({"RoleName": "web", "Path": "app/"}, "The specified value for path is invalid"),
        ({"RoleName": "web", "MaxSessionDuration": 43201}, "Member must have value less than or equal to 43200"),
        ({"RoleName": "web", "Description": "x" * 1001}, "Member must have length less than or equal to 1000"),
    ],
)
def test_what_breaks_the_service_models_constraints_is_refused(iam, refused, trust, params, because):
    """The service model's roleNameType, pathType, roleMaxSessionDurationType and roleDescriptionType."""
    code, message = refused(iam.create_role, AssumeRolePolicyDocument=trust, **params)
    assert code == "ValidationError"
    assert because in message


def test_a_name_is_unique_whatever_its_case(iam, refused, trust):
    """reference_iam-quotas: names are not distinguished by case."""
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust)
    assert refused(iam.create_role, RoleName="Web", AssumeRolePolicyDocument=trust)[0] == "EntityAlreadyExists"


def test_a_role_that_is_not_there_is_told_by_name(iam, refused, profile):
    """API_GetRole, API_AddRoleToInstanceProfile: NoSuchEntity."""
    told = ("NoSuchEntity", "The role with name nope cannot be found.")
    assert refused(iam.get_role, RoleName="nope") == told
    assert refused(iam.add_role_to_instance_profile, InstanceProfileName="web", RoleName="nope") == told


def test_an_update_keeps_the_description_it_omits(iam, trust):
    """API_UpdateRole: Description is not required."""
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust, Description="the web servers")
    iam.update_role(RoleName="web", MaxSessionDuration=7200)
    assert iam.get_role(RoleName="web")["Role"]["Description"] == "the web servers"


def test_a_boundary_must_be_a_policy_that_exists(iam, refused, trust):
    """API_PutRolePermissionsBoundary: NoSuchEntity."""
    ghost = "arn:aws:iam::123456789012:policy/ghost"
    told = ("NoSuchEntity", f"Scope ARN: {ghost} does not exist or is not attachable.")
    assert refused(iam.create_role, RoleName="web", AssumeRolePolicyDocument=trust, PermissionsBoundary=ghost) == told
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust, PermissionsBoundary=SSM)
    assert refused(iam.put_role_permissions_boundary, RoleName="web", PermissionsBoundary=ghost) == told


@pytest.mark.parametrize("arn", [SSM, "arn:aws:iam::aws:policy/service-role/AmazonEC2RoleforSSM", "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"])
def test_a_policy_of_aws_is_found_and_attached_by_its_arn(iam, trust, arn):
    """AWS managed policy reference."""
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust)
    iam.attach_role_policy(RoleName="web", PolicyArn=arn)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
    assert iam.list_attached_role_policies(RoleName="web")["AttachedPolicies"][0]["PolicyArn"] == arn


def test_all_policies_of_aws_are_listed(iam):
    """API_ListPolicies, Scope AWS."""
    pages = iam.get_paginator("list_policies").paginate(Scope="AWS", PaginationConfig={"PageSize": 1000})
    assert len([policy for page in pages for policy in page["Policies"]]) > 1000


def test_a_policy_that_is_not_there_is_neither_found_nor_attached_nor_detached(iam, refused, trust):
    """API_GetPolicy, API_AttachRolePolicy, API_DetachRolePolicy: NoSuchEntity."""
    ghost = "arn:aws:iam::aws:policy/Ghost"
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust)
    assert refused(iam.get_policy, PolicyArn=ghost) == ("NoSuchEntity", f"Policy {ghost} was not found.")
    assert refused(iam.attach_role_policy, RoleName="web", PolicyArn=ghost) == ("NoSuchEntity", f"Policy {ghost} does not exist or is not attachable.")
    assert refused(iam.detach_role_policy, RoleName="web", PolicyArn=SSM) == ("NoSuchEntity", f"Policy {SSM} was not found.")


def test_attaching_twice_attaches_once(iam, trust):
    """API_AttachRolePolicy is idempotent."""
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust)
    for _time in range(2):
        iam.attach_role_policy(RoleName="web", PolicyArn=SSM)
    assert iam.get_policy(PolicyArn=SSM)["Policy"]["AttachmentCount"] == 1


def test_an_eleventh_policy_is_over_the_quota(iam, refused, trust):
    """reference_iam-quotas: 10 managed policies per role unless raised."""
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust)
    arns = [iam.create_policy(PolicyName=f"read-{number}", PolicyDocument=READ)["Policy"]["Arn"] for number in range(11)]
    for arn in arns[:10]:
        iam.attach_role_policy(RoleName="web", PolicyArn=arn)
    assert refused(iam.attach_role_policy, RoleName="web", PolicyArn=arns[10]) == ("LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10")


def test_what_is_in_use_is_not_deleted(iam, refused, profile):
    """API_DeleteRole and API_DeletePolicy: DeleteConflict."""
    arn = iam.create_policy(PolicyName="read", PolicyDocument=READ)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="web", PolicyArn=arn)
    assert refused(iam.delete_policy, PolicyArn=arn) == ("DeleteConflict", "Cannot delete a policy attached to entities.")
    assert refused(iam.delete_role, RoleName="web") == ("DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.")
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web")
    assert refused(iam.delete_role, RoleName="web") == ("DeleteConflict", "Cannot delete entity, must detach all policies first.")


def test_a_trust_shows_the_id_of_a_role_that_is_gone_and_a_new_one_does_not_mend_it(iam, trust):
    """reference_policies_elements_principal, "IAM role principals": the ARN is kept as an id, which shows once the role is deleted."""
    gone = iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust)["Role"]
    iam.create_role(RoleName="trusting", AssumeRolePolicyDocument=trust.replace('"Service": "ec2.amazonaws.com"', f'"AWS": "{gone["Arn"]}"'))

    def trusted():
        return iam.get_role(RoleName="trusting")["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]

    assert trusted() == {"AWS": gone["Arn"]}
    iam.delete_role(RoleName="web")
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust)
    assert trusted() == {"AWS": gone["RoleId"]}


def test_the_whole_account_is_read_in_pages(iam, trust):
    """API_GetAccountAuthorizationDetails: MaxItems, Marker."""
    for number in range(5):
        iam.create_role(RoleName=f"web-{number}", AssumeRolePolicyDocument=trust)
    iam.create_policy(PolicyName="read", PolicyDocument=READ)
    asked = iam.get_paginator("get_account_authorization_details").paginate(
        Filter=["Role", "LocalManagedPolicy"], PaginationConfig={"PageSize": 2}
    )
    pages = list(asked)
    assert [role["RoleName"] for page in pages for role in page["RoleDetailList"]] == [f"web-{number}" for number in range(5)]
    assert [policy["PolicyName"] for page in pages for policy in page["Policies"]] == ["read"]
    assert len(pages) == 3


def test_the_last_use_of_a_role_is_told_by_get_role_and_by_the_details_of_the_account(account, iam, trust):
    """API_RoleLastUsed: GetRole and GetAccountAuthorizationDetails tell it; of a role that was never used there is none."""
    for name in ("web", "idle"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    account.last_used("web", "us-east-1")
    assert iam.get_role(RoleName="web")["Role"]["RoleLastUsed"]["Region"] == "us-east-1"
    assert not iam.get_role(RoleName="idle")["Role"].get("RoleLastUsed")
    details = {one["RoleName"]: one.get("RoleLastUsed") for one in iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]}
    assert details["web"]["Region"] == "us-east-1" and details["web"]["LastUsedDate"] and not details["idle"]


def test_the_last_use_of_a_role_that_is_not_there_is_refused(account):
    with pytest.raises(HTTPError, match="400"):
        account.last_used("web", "us-east-1")
