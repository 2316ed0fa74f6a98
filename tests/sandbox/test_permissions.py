# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls of users and sessions are judged: by AWS's Service Authorization Reference, IAM's user guide, and the API references, as each test names them."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.policies import ACCOUNT, arn, document, iam_arn

EVERYTHING = {"Action": "*"}
IMAGE = "ami-01e24be29428c15b2"
ON = {"MinSize": 0, "MaxSize": 1, "AvailabilityZones": ["eu-west-1a"]}
NOBODY = "because no identity-based policy allows the {0} action"


@pytest.fixture
def linked_role(iam):
    """An account in which a group was made before."""
    iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")


@pytest.fixture
def assumed(account, iam, trust):
    """A session of a role with these statements; the answer makes clients with the session's key."""

    def assumed(name, *statements, path="/", session_policy=None):
        here = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
        both = json.dumps({"Version": "2012-10-17", "Statement": [*json.loads(trust)["Statement"], here]})
        made = iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=both)["Role"]
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*statements))
        limits = {"Policy": document(*session_policy)} if session_policy else {}
        given = account.client("sts").assume_role(RoleArn=made["Arn"], RoleSessionName="run", **limits)["Credentials"]
        return lambda service: account.client(service, key=(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]))

    return assumed


@pytest.fixture
def decoded(account):
    """What the encoded part of a message tells."""

    def decoded(message):
        text = message.partition("Encoded authorization failure message: ")[2]
        return json.loads(account.client("sts").decode_authorization_message(EncodedMessage=text)["DecodedMessage"])

    return decoded


def test_a_key_that_nobody_has_is_the_accounts_root(account):
    """API_GetCallerIdentity."""
    told = account.client("sts").get_caller_identity()
    assert (told["Arn"], told["UserId"], told["Account"]) == (f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, ACCOUNT)


def test_a_user_calls_with_its_key_and_may_do_nothing_by_itself(iam, make_user, refused):
    """IAM user guide, reference_policies_evaluation-logic: by default all requests are denied; API_GetCallerIdentity needs no permission."""
    as_deployer = make_user(path="/ci/")
    assert as_deployer("sts").get_caller_identity()["Arn"] == iam_arn("user/ci/deployer")
    code, message = refused(as_deployer("iam").list_roles)
    assert code == "AccessDenied"
    # Auto Scaling and IAM name no resource where the reference has none (autoscaler#5129).
    assert message == f"User: {iam_arn('user/ci/deployer')} is not authorized to perform: iam:ListRoles {NOBODY.format('iam:ListRoles')}"


def test_a_session_calls_as_its_role_and_has_its_policies(account, iam, assumed, refused):
    """API_AssumeRole: the session's ARN; a session has the role's permissions."""
    as_session = assumed("deploy", {"Action": "iam:GetRole"}, path="/ci/")
    assert as_session("sts").get_caller_identity()["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/run"
    assert as_session("iam").get_role(RoleName="deploy")["Role"]["Arn"] == iam_arn("role/ci/deploy")
    code, message = refused(as_session("iam").delete_role, RoleName="deploy")
    assert code == "AccessDenied"
    assert message.startswith(f"User: arn:aws:sts::{ACCOUNT}:assumed-role/deploy/run is not authorized to perform: iam:DeleteRole on resource: role deploy ")


def test_a_session_of_a_role_that_is_gone_may_do_nothing(iam, assumed, refused):
    as_session = assumed("deploy", EVERYTHING)
    assert as_session("iam").list_roles()
    iam.delete_role_policy(RoleName="deploy", PolicyName="own")
    iam.delete_role(RoleName="deploy")
    assert refused(as_session("iam").list_roles)[0] == "AccessDenied"


def test_a_session_policy_and_a_boundary_limit_the_role(iam, assumed, refused):
    """IAM user guide, access_policies_session and access_policies_boundaries; troubleshoot_access-denied: how each is told."""
    limited = assumed("limited", EVERYTHING, session_policy=[{"Action": "iam:List*"}])
    assert limited("iam").list_roles()
    message = refused(limited("iam").get_role, RoleName="limited")[1]
    assert message.endswith("because no session policy allows the iam:GetRole action")
    bounded = assumed("bounded", EVERYTHING)
    boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=document({"Action": "iam:List*"}, {"Effect": "Deny", "Action": "iam:ListUsers"}))
    iam.put_role_permissions_boundary(RoleName="bounded", PermissionsBoundary=boundary["Policy"]["Arn"])
    assert bounded("iam").list_roles()
    assert refused(bounded("iam").get_role, RoleName="bounded")[1].endswith("because no permissions boundary allows the iam:GetRole action")
    assert refused(bounded("iam").list_users)[1].endswith("with an explicit deny in a permissions boundary")


def test_a_users_boundary_limits_it(iam, make_user, refused):
    """API_PutUserPermissionsBoundary, API_DeleteUserPermissionsBoundary; reference_identifiers: AIDA."""
    as_deployer = make_user(EVERYTHING)
    boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=document({"Action": "iam:List*"}))["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName="deployer", PermissionsBoundary=boundary)
    told = iam.get_user(UserName="deployer")["User"]
    assert (told["UserId"][:4], told["PermissionsBoundary"]["PermissionsBoundaryArn"]) == ("AIDA", boundary)
    assert refused(as_deployer("iam").get_user, UserName="deployer")[1].endswith("because no permissions boundary allows the iam:GetUser action")
    iam.delete_user_permissions_boundary(UserName="deployer")
    assert as_deployer("iam").get_user(UserName="deployer")
    assert refused(iam.create_user, UserName="new", PermissionsBoundary=boundary.replace("boundary", "ghost"))[0] == "NoSuchEntity"
    assert "PermissionsBoundary" in iam.create_user(UserName="new", PermissionsBoundary=boundary)["User"]


def test_a_role_that_is_not_there_cannot_be_assumed(account, refused):
    """API_AssumeRole: AccessDenied."""
    code, message = refused(account.client("sts").assume_role, RoleArn=iam_arn("role/ghost"), RoleSessionName="run")
    assert code == "AccessDenied"
    assert message.endswith(f"is not authorized to perform: sts:AssumeRole on resource: {iam_arn('role/ghost')}")


def test_policies_of_groups_and_attached_ones_count(iam, make_user, refused):
    """IAM user guide, id_groups; a managed policy's default version is the one that counts."""
    as_deployer = make_user()
    iam.create_group(GroupName="ops")
    iam.add_user_to_group(GroupName="ops", UserName="deployer")
    iam.put_group_policy(GroupName="ops", PolicyName="own", PolicyDocument=document({"Action": "iam:ListRoles"}))
    iam.attach_group_policy(GroupName="ops", PolicyArn="arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess")
    assert as_deployer("iam").list_roles()
    assert as_deployer("ec2").describe_instances()
    own = iam.create_policy(PolicyName="own", PolicyDocument=document({"Action": "iam:ListUsers"}))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="deployer", PolicyArn=own)
    assert as_deployer("iam").list_users()
    iam.create_policy_version(PolicyArn=own, PolicyDocument=document({"Action": "iam:ListGroups"}), SetAsDefault=True)
    assert refused(as_deployer("iam").list_users)[0] == "AccessDenied"


def test_an_explicit_deny_is_told(make_user, refused):
    """IAM user guide, troubleshoot_access-denied."""
    as_deployer = make_user(EVERYTHING, {"Effect": "Deny", "Action": "iam:ListUsers"})
    assert refused(as_deployer("iam").list_users)[1].endswith("iam:ListUsers with an explicit deny in an identity-based policy")


@pytest.mark.parametrize(
    ("operation", "params", "resource"),
    [
        ("get_role", {"RoleName": "web"}, "role web"),
        ("create_role", {"RoleName": "new", "Path": "/app/", "AssumeRolePolicyDocument": "{}"}, iam_arn("role/app/new")),
        ("get_instance_profile", {"InstanceProfileName": "web"}, "instance profile web"),
        ("create_instance_profile", {"InstanceProfileName": "new"}, iam_arn("instance-profile/new")),
        ("attach_role_policy", {"RoleName": "web", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, "role web"),
        ("get_policy", {"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, "policy arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("list_attached_user_policies", {"UserName": "deployer"}, "user deployer"),
    ],
)
def test_iam_names_what_is_there_by_its_kind_and_what_is_to_be_made_by_its_arn(make_user, profile, refused, operation, params, resource):
    """cloudlaunch#198, #175 (GetRole, CreateRole); the other kinds from memory of the same form."""
    message = refused(getattr(make_user()("iam"), operation), **params)[1]
    assert f" on resource: {resource} because " in message


def test_a_role_is_judged_by_the_path_it_has_and_one_that_is_not_there_by_none(iam, make_user, trust, refused):
    """Service Authorization Reference, iam: role/${RoleNameWithPath}. That a path nobody knows is none is from memory."""
    iam.create_role(RoleName="there", Path="/app/", AssumeRolePolicyDocument=trust)
    as_deployer = make_user({"Action": "iam:GetRole", "Resource": iam_arn("role/app/*")})
    assert as_deployer("iam").get_role(RoleName="there")
    assert refused(as_deployer("iam").get_role, RoleName="ghost")[0] == "AccessDenied"


def test_ec2_tells_the_whole_story_in_an_encoded_message(ec2, make_user, template, refused, decoded):
    """kubermatic#1035 and repost ec2-not-auth-launch: the code, and what the decoded message holds. The sentence in the middle is from memory."""
    code, message = refused(make_user()("ec2").delete_launch_template, LaunchTemplateName="web")
    resource = arn("ec2", f"launch-template/{template['LaunchTemplateId']}")
    assert code == "UnauthorizedOperation"
    assert message.startswith(
        f"You are not authorized to perform this operation. User: {iam_arn('user/deployer')} is not authorized to perform: ec2:DeleteLaunchTemplate "
        f"on resource: {resource} {NOBODY.format('ec2:DeleteLaunchTemplate')}. Encoded authorization failure message: "
    )
    told = decoded(message)
    assert (told["allowed"], told["explicitDeny"], told["matchedStatements"]) == (False, False, {"items": []})
    assert told["context"]["principal"]["arn"] == iam_arn("user/deployer")
    assert (told["context"]["action"], told["context"]["resource"]) == ("ec2:DeleteLaunchTemplate", resource)
    assert {"key": "ec2:Region", "values": {"items": [{"value": "eu-west-1"}]}} in told["context"]["conditions"]["items"]


def test_a_decoded_message_tells_the_statement_that_denied(make_user, template, refused, decoded):
    denying = {"Sid": "NoDelete", "Effect": "Deny", "Action": ["ec2:Delete*"], "Condition": {"StringEquals": {"ec2:Region": "eu-west-1"}}}
    message = refused(make_user(EVERYTHING, denying)("ec2").delete_launch_template, LaunchTemplateName="web")[1]
    told = decoded(message)
    assert told["explicitDeny"] is True
    (statement,) = told["matchedStatements"]["items"]
    assert (statement["statementId"], statement["effect"]) == ("NoDelete", "DENY")
    assert statement["actions"] == {"items": [{"value": "ec2:Delete*"}]}
    assert statement["conditions"] == {"items": [{"key": "ec2:Region", "values": {"items": [{"value": "eu-west-1"}]}}]}


def test_a_call_that_ec2_judges_on_no_resource_has_nothing_to_decode(make_user, refused):
    code, message = refused(make_user()("ec2").describe_launch_templates)
    assert code == "UnauthorizedOperation"
    assert message.endswith("is not authorized to perform: ec2:DescribeLaunchTemplates " + NOBODY.format("ec2:DescribeLaunchTemplates"))


def test_only_who_may_decodes_a_message_and_nonsense_is_none(account, make_user, template, refused):
    """API_DecodeAuthorizationMessage: needs sts:DecodeAuthorizationMessage; InvalidAuthorizationMessageException. Its text is from memory."""
    as_deployer = make_user({"Action": "ec2:Describe*"})
    message = refused(as_deployer("ec2").delete_launch_template, LaunchTemplateName="web")[1].rpartition(" ")[2]
    assert refused(as_deployer("sts").decode_authorization_message, EncodedMessage=message)[0] == "AccessDenied"
    for nonsense in ("nonsense", "bm9uc2Vuc2U=", "é"):
        assert refused(account.client("sts").decode_authorization_message, EncodedMessage=nonsense)[0] == "InvalidAuthorizationMessageException"


def test_a_dry_run_is_judged_as_the_call_is(make_user, template, refused):
    """API_RunInstances, DryRun: DryRunOperation with the permissions, UnauthorizedOperation without."""
    launch = {"LaunchTemplate": {"LaunchTemplateName": "web"}, "MinCount": 1, "MaxCount": 1, "DryRun": True}
    assert refused(make_user()("ec2").run_instances, **launch)[0] == "UnauthorizedOperation"
    assert refused(make_user(EVERYTHING, name="admin")("ec2").run_instances, **launch)[0] == "DryRunOperation"


def test_a_launch_is_judged_on_all_it_takes(make_user, ec2, template, refused, decoded):
    """Service Authorization Reference, ec2: RunInstances' scenario EC2-VPC-EBS-Subnet; a resource that is to be made is its type's *."""
    taken = {
        "image": "arn:aws:ec2:eu-west-1::image/*",
        "instance": arn("ec2", "instance/*"),
        "volume": arn("ec2", "volume/*"),
        "network-interface": arn("ec2", "network-interface/*"),
        "subnet": arn("ec2", "subnet/*"),
        "security-group": arn("ec2", "security-group/*"),
        "launch-template": arn("ec2", f"launch-template/{template['LaunchTemplateId']}"),
    }
    launch = {"LaunchTemplate": {"LaunchTemplateName": "web"}, "MinCount": 1, "MaxCount": 1}
    passing = {"Action": "iam:PassRole", "Resource": iam_arn("role/web")}
    for number, lacking in enumerate(taken):
        allowed = [resource for kind, resource in taken.items() if kind != lacking]
        user = make_user(passing, {"Action": "ec2:RunInstances", "Resource": allowed}, name=f"user-{number}")
        told = decoded(refused(user("ec2").run_instances, **launch)[1])
        assert told["context"]["resource"].split(":")[5].split("/")[0] == lacking
    user = make_user(passing, {"Action": "ec2:RunInstances", "Resource": list(taken.values())})
    assert user("ec2").run_instances(**launch)["Instances"]


@pytest.mark.parametrize(
    ("condition", "allows"),
    [
        ({"ArnLike": {"ec2:LaunchTemplate": "arn:aws:ec2:*:*:launch-template/lt-*"}}, True),
        ({"ArnLike": {"ec2:LaunchTemplate": "arn:aws:ec2:*:*:launch-template/other"}}, False),
        ({"StringEqualsIfExists": {"ec2:InstanceType": "t2.micro"}}, True),
        ({"StringEqualsIfExists": {"ec2:InstanceType": "t3.micro"}}, False),
        ({"StringEqualsIfExists": {"ec2:MetadataHttpTokens": "required"}}, True),
        ({"ArnLikeIfExists": {"ec2:InstanceProfile": "arn:aws:iam::*:instance-profile/web"}}, True),
        ({"ArnLikeIfExists": {"ec2:InstanceProfile": "arn:aws:iam::*:instance-profile/db"}}, False),
        ({"StringEqualsIfExists": {"ec2:Owner": ["amazon", "137112412989"]}}, True),
        ({"StringEqualsIfExists": {"ec2:Owner": "self"}}, False),
        ({"ArnLikeIfExists": {"ec2:Vpc": "arn:aws:ec2:*:*:vpc/vpc-*"}}, True),
        ({"ArnLikeIfExists": {"ec2:Vpc": "arn:aws:ec2:*:*:vpc/other"}}, False),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, True),
        ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, False),
    ],
)
def test_a_launch_answers_to_ec2s_keys(make_user, template, refused, condition, allows):
    """Service Authorization Reference, ec2: condition keys of RunInstances; EC2 user guide, permissions-for-launch-templates."""
    user = make_user({"Action": "iam:PassRole"}, {"Action": "ec2:RunInstances", "Condition": condition})
    code = refused(user("ec2").run_instances, LaunchTemplate={"LaunchTemplateName": "web"}, MinCount=1, MaxCount=1, DryRun=True)[0]
    assert code == ("DryRunOperation" if allows else "UnauthorizedOperation")


def test_what_is_said_beside_the_template_is_no_resource_of_the_template(make_user, template, refused):
    """EC2 user guide, permissions-for-launch-templates: ec2:IsLaunchTemplateResource keeps callers to what the template says."""
    instances = arn("ec2", "instance/*")
    keeps = {"Action": "ec2:RunInstances", "Resource": instances, "Condition": {"Bool": {"ec2:IsLaunchTemplateResource": "true"}}}
    user = make_user(keeps, {"Action": "ec2:RunInstances", "NotResource": instances}, {"Action": "iam:PassRole"})
    launch = {"LaunchTemplate": {"LaunchTemplateName": "web"}, "MinCount": 1, "MaxCount": 1, "DryRun": True}
    assert refused(user("ec2").run_instances, **launch)[0] == "DryRunOperation"
    assert refused(user("ec2").run_instances, InstanceType="t3.micro", **launch)[0] == "UnauthorizedOperation"


def test_a_launch_passes_the_role_to_ec2(make_user, template, refused, decoded):
    """IAM user guide, id_roles_use_passrole and reference_policies_iam-condition-keys: iam:PassedToService, iam:AssociatedResourceArn."""
    launch = {"LaunchTemplate": {"LaunchTemplateName": "web"}, "MinCount": 1, "MaxCount": 1, "DryRun": True}
    message = refused(make_user({"Action": "ec2:RunInstances"})("ec2").run_instances, **launch)[1]
    told = decoded(message)["context"]
    assert (told["action"], told["resource"]) == ("iam:PassRole", iam_arn("role/web"))
    narrow = {
        "Action": "iam:PassRole",
        "Resource": iam_arn("role/web"),
        "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}, "ArnLike": {"iam:AssociatedResourceArn": arn("ec2", "instance/*")}},
    }
    user = make_user({"Action": "ec2:RunInstances"}, narrow, name="narrow")
    assert refused(user("ec2").run_instances, **launch)[0] == "DryRunOperation"


def test_tags_of_a_launch_need_create_tags_for_this_action(make_user, ec2, profile, refused, decoded):
    """EC2 user guide, supported-iam-actions-tagging: ec2:CreateTags with ec2:CreateAction."""
    tagged = {"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "a"}]}
    said = {"ImageId": IMAGE, "InstanceType": "t3.micro", "TagSpecifications": [tagged]}
    ec2.create_launch_template(LaunchTemplateName="tagged", LaunchTemplateData=said)
    launch = {"LaunchTemplate": {"LaunchTemplateName": "tagged"}, "MinCount": 1, "MaxCount": 1, "DryRun": True}
    told = decoded(refused(make_user({"Action": "ec2:RunInstances"})("ec2").run_instances, **launch)[1])["context"]
    assert (told["action"], told["resource"]) == ("ec2:CreateTags", arn("ec2", "instance/*"))
    tags = {"Action": "ec2:CreateTags", "Condition": {"StringEquals": {"ec2:CreateAction": "RunInstances", "aws:RequestTag/team": "a"}}}
    assert refused(make_user({"Action": "ec2:RunInstances"}, tags, name="tagger")("ec2").run_instances, **launch)[0] == "DryRunOperation"


def test_an_image_by_parameter_needs_the_parameter(account, make_user, refused, decoded):
    """EC2 user guide, images by Systems Manager parameter: ssm:GetParameters."""
    account.client("ssm").put_parameter(Name="/images/web", Value=IMAGE, Type="String")
    launch = {"ImageId": "resolve:ssm:/images/web", "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, "DryRun": True}
    told = decoded(refused(make_user({"Action": "ec2:RunInstances"})("ec2").run_instances, **launch)[1])["context"]
    assert (told["action"], told["resource"]) == ("ssm:GetParameters", arn("ssm", "parameter/images/web"))


def test_a_template_with_tags_needs_create_tags_and_its_profile_nothing(make_user, profile, refused, decoded):
    """EC2 user guide, permissions-for-launch-templates: the parameters of a template are not validated; its own tags are judged."""
    making = {"Action": "ec2:CreateLaunchTemplate", "Resource": arn("ec2", "launch-template/*")}
    user = make_user(making)
    assert user("ec2").create_launch_template(LaunchTemplateName="plain", LaunchTemplateData={"IamInstanceProfile": {"Name": "web"}})
    tagged = [{"ResourceType": "launch-template", "Tags": [{"Key": "team", "Value": "a"}]}]
    params = {"LaunchTemplateName": "tagged", "LaunchTemplateData": {"InstanceType": "t3.micro"}, "TagSpecifications": tagged}
    told = decoded(refused(user("ec2").create_launch_template, **params)[1])["context"]
    assert (told["action"], told["resource"]) == ("ec2:CreateTags", arn("ec2", "launch-template/*"))
    tags = {"Action": "ec2:CreateTags", "Condition": {"StringEquals": {"ec2:CreateAction": "CreateLaunchTemplate"}}}
    assert make_user(making, tags, name="tagger")("ec2").create_launch_template(**params)


def test_what_is_there_answers_to_its_tags(ec2, make_user, template, refused):
    """Service Authorization Reference, ec2: aws:ResourceTag and ec2:ResourceTag of a launch template."""
    ec2.create_tags(Resources=[template["LaunchTemplateId"]], Tags=[{"Key": "team", "Value": "a"}])
    deleting = {"Action": "ec2:DeleteLaunchTemplate", "Condition": {"StringEquals": {"aws:ResourceTag/team": "b"}}}
    assert refused(make_user(deleting)("ec2").delete_launch_template, LaunchTemplateName="web")[0] == "UnauthorizedOperation"
    deleting["Condition"] = {"StringEquals": {"ec2:ResourceTag/team": "a"}}
    assert make_user(deleting, name="owner")("ec2").delete_launch_template(LaunchTemplateName="web")


@pytest.mark.parametrize(
    ("params", "also"),
    [
        ({"Tags": [{"Key": "team", "Value": "a"}]}, "iam:TagRole"),
        ({"PermissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, "iam:PutRolePermissionsBoundary"),
    ],
)
def test_a_role_with_tags_or_a_boundary_needs_a_permission_for_them(make_user, trust, refused, params, also):
    """IAM user guide, access_tags (tagging on creation) and access_policies_boundaries (delegating); the second from memory."""
    asked = {"RoleName": "new", "AssumeRolePolicyDocument": trust, **params}
    message = refused(make_user({"Action": "iam:CreateRole"})("iam").create_role, **asked)[1]
    assert f"is not authorized to perform: {also} on resource: {iam_arn('role/new')} " in message
    assert make_user({"Action": ["iam:CreateRole", also]}, name="maker")("iam").create_role(**asked)


def test_a_boundary_can_be_demanded(make_user, trust, refused):
    """IAM user guide, access_policies_boundaries: iam:PermissionsBoundary."""
    boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    demands = {"Action": ["iam:CreateRole", "iam:PutRolePermissionsBoundary"], "Condition": {"StringEquals": {"iam:PermissionsBoundary": boundary}}}
    as_deployer = make_user(demands)
    assert refused(as_deployer("iam").create_role, RoleName="new", AssumeRolePolicyDocument=trust)[0] == "AccessDenied"
    assert as_deployer("iam").create_role(RoleName="new", AssumeRolePolicyDocument=trust, PermissionsBoundary=boundary)


def test_only_some_policies_may_be_attached(make_user, profile, refused):
    """IAM user guide, reference_policies_iam-condition-keys: iam:PolicyARN."""
    reading = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    as_deployer = make_user({"Action": "iam:AttachRolePolicy", "Condition": {"ArnEquals": {"iam:PolicyARN": reading}}})
    assert as_deployer("iam").attach_role_policy(RoleName="web", PolicyArn=reading)
    other = "arn:aws:iam::aws:policy/AdministratorAccess"
    assert refused(as_deployer("iam").attach_role_policy, RoleName="web", PolicyArn=other)[0] == "AccessDenied"


def test_a_profile_with_tags_needs_a_permission_for_them(make_user, refused):
    """IAM user guide, access_tags: tagging on creation."""
    asked = {"InstanceProfileName": "new", "Tags": [{"Key": "team", "Value": "a"}]}
    message = refused(make_user({"Action": "iam:CreateInstanceProfile"})("iam").create_instance_profile, **asked)[1]
    assert f"iam:TagInstanceProfile on resource: {iam_arn('instance-profile/new')} " in message
    tags = {"Action": "iam:TagInstanceProfile", "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}}
    assert make_user({"Action": "iam:CreateInstanceProfile"}, tags, name="maker")("iam").create_instance_profile(**asked)


def test_to_put_a_role_in_a_profile_is_to_pass_it_to_instances_of_any_region(iam, make_user, trust, refused):
    """API_AddRoleToInstanceProfile: the caller needs PassRole; the service model: the resource is arn:aws:ec2:*:ACCOUNT:instance/*."""
    iam.create_role(RoleName="app", Path="/apps/", AssumeRolePolicyDocument=trust)
    iam.create_instance_profile(InstanceProfileName="app")
    asked = {"InstanceProfileName": "app", "RoleName": "app"}
    adding = {"Action": "iam:AddRoleToInstanceProfile", "Resource": iam_arn("instance-profile/app")}
    message = refused(make_user(adding)("iam").add_role_to_instance_profile, **asked)[1]
    assert f"iam:PassRole on resource: {iam_arn('role/apps/app')} {NOBODY.format('iam:PassRole')}" in message
    passing = {"Action": "iam:PassRole", "Resource": iam_arn("role/apps/app")}
    of_one_region = {**passing, "Condition": {"ArnLike": {"iam:AssociatedResourceArn": arn("ec2", "instance/*")}}}
    assert refused(make_user(adding, of_one_region, name="narrow")("iam").add_role_to_instance_profile, **asked)[0] == "AccessDenied"
    of_any = {**passing, "Condition": {"ArnLike": {"iam:AssociatedResourceArn": arn("ec2", "instance/*", region="*")}}}
    assert make_user(adding, of_any, name="wide")("iam").add_role_to_instance_profile(**asked)


def test_in_china_a_role_is_passed_to_chinas_ec2(account, trust, refused):
    """IAM user guide, reference_policies_condition-keys: aws:RequestedRegion of a global service; EC2's principal in China as trust policies have it."""
    iam = account.client("iam", "cn-northwest-1")
    iam.create_role(RoleName="app", AssumeRolePolicyDocument=trust)
    iam.create_instance_profile(InstanceProfileName="app")
    iam.create_user(UserName="deployer")
    key = iam.create_access_key(UserName="deployer")["AccessKey"]
    as_deployer = account.client("iam", "cn-northwest-1", (key["AccessKeyId"], key["SecretAccessKey"]))
    asked = {"InstanceProfileName": "app", "RoleName": "app"}

    def may_pass_to(service):
        adding = {"Action": "iam:AddRoleToInstanceProfile", "Condition": {"StringEquals": {"aws:RequestedRegion": "cn-north-1"}}}
        passing = {"Action": "iam:PassRole", "Resource": "arn:aws-cn:iam::*:role/app", "Condition": {"StringEquals": {"iam:PassedToService": service}}}
        iam.put_user_policy(UserName="deployer", PolicyName="own", PolicyDocument=document(adding, passing))

    may_pass_to("ec2.amazonaws.com")
    assert "iam:PassRole on resource: arn:aws-cn:iam::" in refused(as_deployer.add_role_to_instance_profile, **asked)[1]
    may_pass_to("ec2.amazonaws.com.cn")
    assert as_deployer.add_role_to_instance_profile(**asked)


def test_to_give_an_instance_a_profile_is_to_pass_it_the_role(ec2, make_user, make_profile, template, refused, decoded):
    """API_AssociateIamInstanceProfile; Service Authorization Reference, ec2: judged on the instance; iam:AssociatedResourceArn names it."""
    make_profile("other")
    instance = ec2.run_instances(LaunchTemplate={"LaunchTemplateName": "web"}, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    association = ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"][0]["AssociationId"]
    resource = arn("ec2", f"instance/{instance}")
    asked = {"AssociationId": association, "IamInstanceProfile": {"Name": "other"}}
    assert decoded(refused(make_user()("ec2").replace_iam_instance_profile_association, **asked)[1])["context"]["resource"] == resource
    replacing = {"Action": "ec2:ReplaceIamInstanceProfileAssociation", "Resource": resource}
    told = decoded(refused(make_user(replacing, name="halfway")("ec2").replace_iam_instance_profile_association, **asked)[1])["context"]
    assert (told["action"], told["resource"]) == ("iam:PassRole", iam_arn("role/other"))
    passing = {"Action": "iam:PassRole", "Condition": {"ArnEquals": {"iam:AssociatedResourceArn": resource}}}
    assert make_user(replacing, passing, name="able")("ec2").replace_iam_instance_profile_association(**asked)


def test_a_group_is_judged_by_its_arn_which_has_no_id_before_it_is_made(make_user, make_group, template, linked_role, refused):
    """terraform-aws-metaflow#19 (CreateAutoScalingGroup: autoScalingGroup:*) and terraform-aws-eks#336 (one that is there: its id)."""
    user = make_user()
    asked = {"AutoScalingGroupName": "web", **ON}
    code, message = refused(user("autoscaling").create_auto_scaling_group, **asked)
    assert code == "AccessDenied"
    assert f" on resource: {arn('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/web')} because " in message
    made = make_group(LaunchTemplate={"LaunchTemplateName": "web"})["AutoScalingGroupARN"]
    assert f" on resource: {made} because " in refused(user("autoscaling").delete_auto_scaling_group, AutoScalingGroupName="web")[1]


@pytest.mark.parametrize("lacking", ["ec2:RunInstances", "iam:PassRole", "ec2:CreateTags"])
def test_auto_scaling_does_not_say_what_a_launch_lacks(ec2, make_user, profile, linked_role, refused, lacking):
    """EC2 Auto Scaling user guide, ts-as-launch-template; eksctl#834: the same words, whichever permission it is."""
    tagged = {"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "a"}]}
    said = {"ImageId": IMAGE, "InstanceType": "t3.micro", "IamInstanceProfile": {"Name": "web"}, "TagSpecifications": [tagged]}
    template_id = ec2.create_launch_template(LaunchTemplateName="tagged", LaunchTemplateData=said)["LaunchTemplate"]["LaunchTemplateId"]
    able = ["autoscaling:*", "ec2:RunInstances", "iam:PassRole", "ec2:CreateTags"]
    asked = {"AutoScalingGroupName": "web", "LaunchTemplate": {"LaunchTemplateName": "tagged"}}
    user = make_user({"Action": [action for action in able if action != lacking]})
    told = ("AccessDenied", f"You are not authorized to use launch template: {template_id}")
    assert refused(user("autoscaling").create_auto_scaling_group, **asked, **ON) == told
    able_user = make_user({"Action": able}, name="able")
    able_user("autoscaling").create_auto_scaling_group(**asked, **ON)
    assert refused(user("autoscaling").update_auto_scaling_group, **asked) == told
    assert user("autoscaling").update_auto_scaling_group(AutoScalingGroupName="web", MaxSize=2)


def test_a_mixed_group_is_judged_on_every_template_it_may_launch(ec2, make_user, template, linked_role, refused):
    """EC2 Auto Scaling user guide, ec2-auto-scaling-launch-template-permissions."""
    other = ec2.create_launch_template(LaunchTemplateName="other", LaunchTemplateData={"ImageId": IMAGE})["LaunchTemplate"]["LaunchTemplateId"]
    spec, override = {"LaunchTemplateName": "web"}, {"LaunchTemplateSpecification": {"LaunchTemplateName": "other"}, "InstanceType": "t3.micro"}
    policy = {"LaunchTemplate": {"LaunchTemplateSpecification": spec, "Overrides": [{"InstanceType": "t2.micro"}, override]}}
    templates = {"Action": "ec2:RunInstances", "Effect": "Deny", "Resource": arn("ec2", f"launch-template/{other}")}
    user = make_user(EVERYTHING, templates)
    message = refused(user("autoscaling").create_auto_scaling_group, AutoScalingGroupName="web", MixedInstancesPolicy=policy, **ON)[1]
    assert message == f"You are not authorized to use launch template: {other}"


def test_a_refresh_to_another_template_is_judged_on_it(make_user, make_group, template, refused):
    """EC2 Auto Scaling user guide, ts-as-launch-template; ec2-auto-scaling-instance-refresh-sample#7."""
    make_group(LaunchTemplate={"LaunchTemplateName": "web"})
    user = make_user({"Action": "autoscaling:StartInstanceRefresh"})
    asked = {"AutoScalingGroupName": "web", "DesiredConfiguration": {"LaunchTemplate": {"LaunchTemplateName": "web", "Version": "2"}}}
    told = ("AccessDenied", f"You are not authorized to use launch template: {template['LaunchTemplateId']}")
    assert refused(user("autoscaling").start_instance_refresh, **asked) == told


def test_the_types_of_a_mixed_group_can_be_limited(make_user, template, linked_role, refused):
    """Service Authorization Reference, autoscaling: autoscaling:InstanceTypes, of many values."""
    limits = {"Action": "autoscaling:*", "Condition": {"ForAllValues:StringEquals": {"autoscaling:InstanceTypes": ["t2.micro", "t3.micro"]}}}
    user = make_user(limits, {"Action": ["ec2:RunInstances", "iam:PassRole"]})

    def mixed(*types):
        spec = {"LaunchTemplateSpecification": {"LaunchTemplateName": "web"}, "Overrides": [{"InstanceType": one} for one in types]}
        return {"AutoScalingGroupName": "web", "MixedInstancesPolicy": {"LaunchTemplate": spec}, **ON}

    assert refused(user("autoscaling").create_auto_scaling_group, **mixed("t2.micro", "m5.large"))[0] == "AccessDenied"
    assert user("autoscaling").create_auto_scaling_group(**mixed("t2.micro", "t3.micro"))


def test_a_group_with_tags_needs_a_permission_for_them(make_user, template, linked_role, refused):
    """EC2 Auto Scaling user guide, ec2-auto-scaling-tagging: autoscaling:CreateOrUpdateTags."""
    asked = {"AutoScalingGroupName": "web", "LaunchTemplate": {"LaunchTemplateName": "web"}, "Tags": [{"Key": "team", "Value": "a"}], **ON}
    able = ["autoscaling:CreateAutoScalingGroup", "ec2:RunInstances", "iam:PassRole"]
    assert "autoscaling:CreateOrUpdateTags on resource: " in refused(make_user({"Action": able})("autoscaling").create_auto_scaling_group, **asked)[1]
    tags = {"Action": "autoscaling:CreateOrUpdateTags", "Condition": {"StringEquals": {"aws:RequestTag/team": "a"}}}
    assert make_user({"Action": able}, tags, name="tagger")("autoscaling").create_auto_scaling_group(**asked)


@pytest.mark.parametrize(("version", "allows"), [({"Version": "1"}, True), ({"Version": "$Latest"}, False), ({}, False)])
def test_a_version_can_be_demanded(make_user, template, linked_role, version, allows, refused):
    """EC2 Auto Scaling user guide: autoscaling:LaunchTemplateVersionSpecified."""
    demands = {"Action": "autoscaling:CreateAutoScalingGroup", "Condition": {"Bool": {"autoscaling:LaunchTemplateVersionSpecified": "true"}}}
    user = make_user(demands, {"Action": ["ec2:RunInstances", "iam:PassRole"]})
    asked = {"AutoScalingGroupName": "web", "LaunchTemplate": {"LaunchTemplateName": "web", **version}, **ON}
    if allows:
        assert user("autoscaling").create_auto_scaling_group(**asked)
    else:
        assert refused(user("autoscaling").create_auto_scaling_group, **asked)[0] == "AccessDenied"


def test_the_first_group_needs_the_service_linked_role_and_makes_it(iam, make_user, template, refused):
    """EC2 Auto Scaling user guide, autoscaling-service-linked-role; amazon-cloudwatch-auto-alarms#47 (the sentence; its opening from memory)."""
    asked = {"LaunchTemplate": {"LaunchTemplateName": "web"}, **ON}
    able = {"Action": ["autoscaling:*", "ec2:RunInstances", "iam:PassRole"]}
    user = make_user(able)
    code, message = refused(user("autoscaling").create_auto_scaling_group, AutoScalingGroupName="web", **asked)
    linked = iam_arn("role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling")
    assert code == "AccessDenied"
    assert message.startswith("The default Service-Linked Role for Auto Scaling could not be created. ")
    assert f"iam:CreateServiceLinkedRole on resource: {linked} because " in message
    making = {"Action": "iam:CreateServiceLinkedRole", "Condition": {"StringEquals": {"iam:AWSServiceName": "autoscaling.amazonaws.com"}}}
    assert make_user(able, making, name="first")("autoscaling").create_auto_scaling_group(AutoScalingGroupName="web", **asked)
    assert iam.get_role(RoleName="AWSServiceRoleForAutoScaling")["Role"]["Arn"] == linked
    assert user("autoscaling").create_auto_scaling_group(AutoScalingGroupName="next", **asked)


def test_a_launch_configuration_passes_its_role_without_a_word(make_user, profile, refused):
    """hashicorp/terraform#7198 and its launch_configuration.go: ValidationError, "You are not authorized to perform this operation."."""
    asked = {"LaunchConfigurationName": "web", "ImageId": IMAGE, "InstanceType": "t3.micro", "IamInstanceProfile": "web"}
    message = refused(make_user()("autoscaling").create_launch_configuration, **asked)[1]
    assert f" on resource: {arn('autoscaling', 'launchConfiguration:*:launchConfigurationName/web')} " in message
    making = {"Action": "autoscaling:CreateLaunchConfiguration"}
    told = refused(make_user(making, name="maker")("autoscaling").create_launch_configuration, **asked)
    assert told == ("ValidationError", "You are not authorized to perform this operation.")
    assert make_user(making, {"Action": "iam:PassRole"}, name="able")("autoscaling").create_launch_configuration(**asked)


def test_a_hooks_role_is_passed_to_auto_scaling(make_user, make_group, template, refused):
    """API_PutLifecycleHook, RoleARN; IAM user guide, reference_policies_iam-condition-keys: iam:PassedToService."""
    make_group(LaunchTemplate={"LaunchTemplateName": "web"})
    hook = {"AutoScalingGroupName": "web", "LifecycleHookName": "drain", "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING"}
    asked = {**hook, "RoleARN": iam_arn("role/web"), "NotificationTargetARN": arn("sqs", "queue")}
    able = {"Action": "autoscaling:PutLifecycleHook"}
    to_ec2 = {"Action": "iam:PassRole", "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}
    assert f"iam:PassRole on resource: {iam_arn('role/web')} " in refused(make_user(able, to_ec2)("autoscaling").put_lifecycle_hook, **asked)[1]


def test_what_it_cannot_judge_it_does_not_allow(make_user, refused):
    code, message = refused(make_user(EVERYTHING)("sns").list_topics)
    assert code == "NotInSandbox"
    assert "cannot judge sns:ListTopics" in message


@pytest.mark.parametrize(
    ("service", "call", "status"),
    [("iam", "list_roles", 403), ("ec2", "describe_instances", 403), ("autoscaling", "describe_auto_scaling_groups", 403), ("ssm", "get_parameters", 400)],
)
def test_a_denial_has_its_services_status(account, make_user, refused, service, call, status):
    """CommonErrors of IAM and Auto Scaling, and errors-overview of EC2: 403; CommonErrors of Systems Manager: 400."""
    refused(getattr(make_user()(service), call), **({"Names": ["/images/web"]} if service == "ssm" else {}))
    assert account.calls()[-1]["status"] == status


def test_who_called_is_recorded(account, make_user):
    make_user({"Action": "iam:List*"})("iam").list_roles()
    assert [call["caller"] for call in account.calls()][-2:] == [iam_arn("root"), iam_arn("user/deployer")]
