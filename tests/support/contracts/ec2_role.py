# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may be wanted of a role for EC2, and what may be there before."""

from __future__ import annotations

import json

from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.trust import default_trust
from ansible_collections.passrole.ec2.plugins.modules.iam_ec2_role import OPTIONS, make_plan

from tests.support.contracts.contract import Account, Promised, nothing

EC2 = default_trust({}, "aws")
EC2_AND_ANOTHER = default_trust({"AWS": "210987654321"}, "aws")
CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}]}
WRITE = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}
JUDGED = {
    "assume_role_principals": {"AWS": "210987654321", "Service": "lambda.amazonaws.com"},
    "managed_policies": ["AmazonSSMManagedInstanceCore", "read"],
    "inline_policies": {"admin": {**WRITE, "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}, "read": READ},
}
WANTS = {
    "nothing but a name": {},
    "another account's trust": {"assume_role_principals": {"AWS": "210987654321"}},
    "a trust of its own": {"assume_role_policy_document": json.dumps(EC2_AND_ANOTHER)},
    "a trust without EC2": {"assume_role_policy_document": json.dumps(EC2).replace("ec2", "lambda")},
    "no description and no boundary": {"description": "", "boundary": ""},
    "a longer session": {"max_session_duration": 7200},
    "all that creation takes": {"path": "/team/", "description": "Web", "boundary": "/team/bound", "tags": {"t": "2", "größe": ""}},
    "policies by name": {"managed_policies": ["AmazonSSMManagedInstanceCore", "read"]},
    "one policy more, by ARN": {"managed_policies": [CORE], "purge_policies": False},
    "no policies at all": {"managed_policies": [], "inline_policies": {}, "tags": {}},
    "a policy that is not there": {"managed_policies": ["nobody-made-this"]},
    "inline policies": {"inline_policies": {"read": READ, "write": WRITE}},
    "one inline policy more": {"inline_policies": {"write": json.dumps(WRITE)}, "purge_inline_policies": False},
    "one tag more, and no waiting": {"tags": {"t": "2"}, "purge_tags": False, "wait": False},
    "all of it judged": {"vet_policies": ["access_analyzer", "offline"], "required_boundaries": ["bound"], **JUDGED},
    "what was found refused": {"vet_policies": ["offline"], "refuse_findings": ["SECURITY_WARNING"], **JUDGED},
    "a boundary that is asked for": {"boundary": "/team/bound", "required_boundaries": ["/team/*"], "refuse_findings": ["SECURITY_WARNING"]},
    "its absence": {"state": "absent"},
    "its absence with its trust": {"state": "absent", "assume_role_principals": {"AWS": "210987654321"}},
    "its absence whoever holds it": {
        "state": "absent",
        "assume_role_policy_document": EC2_AND_ANOTHER,
        "remove_from_instance_profiles": True,
        "wait": False,
    },
    "its absence whoever uses it": {"state": "absent", "force_delete": True},
    "its absence whoever holds and uses it": {"state": "absent", "remove_from_instance_profiles": True, "force_delete": True},
    "its absence whoever keeps it": {"state": "absent", "adopt": True},
    "a name that is none": {"name": "two words"},
}


def policies(account: Account) -> None:
    for name, path in (("read", "/"), ("bound", "/team/")):
        account.client("iam").create_policy(PolicyName=name, Path=path, PolicyDocument=json.dumps(READ))


def bare_role(account: Account) -> None:
    account.client("iam").create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(EC2))


def role_of_a_cluster(account: Account) -> None:
    bare_role(account)
    account.client("iam").tag_role(RoleName="web", Tags=[{"Key": "eks:cluster-name", "Value": "prod"}])


def full_role(account: Account) -> None:
    iam = account.client("iam")
    iam.create_role(
        RoleName="web",
        AssumeRolePolicyDocument=json.dumps(EC2_AND_ANOTHER),
        Description="Old",
        MaxSessionDuration=43200,
        PermissionsBoundary=CORE,
        Tags=[{"Key": "t", "Value": "1"}, {"Key": "u", "Value": "3"}],
    )
    iam.attach_role_policy(RoleName="web", PolicyArn="arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy")
    iam.attach_role_policy(RoleName="web", PolicyArn="arn:aws:iam::123456789012:policy/read")
    for name in ("read", "old"):
        iam.put_role_policy(RoleName="web", PolicyName=name, PolicyDocument=json.dumps(WRITE))


def role_in_a_profile(account: Account) -> None:
    iam = account.client("iam")
    full_role(account)
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")


def role_in_use(account: Account) -> None:
    role_in_a_profile(account)
    account.client("ec2").run_instances(ImageId="ami-01e24be29428c15b2", IamInstanceProfile={"Name": "web"}, MinCount=1, MaxCount=1)


def role_of_a_service(account: Account) -> None:
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    account.client("iam").create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(trust))


PROMISED = Promised(
    module="iam_ec2_role",
    options=OPTIONS,
    make_plan=make_plan,
    wants={want: {"name": "web", **said} for want, said in WANTS.items()},
    haves={
        "nothing": nothing,
        "a bare role": bare_role,
        "a role with everything": full_role,
        "a role of another service": role_of_a_service,
        "a role of a cluster": role_of_a_cluster,
        "a role in a profile": role_in_a_profile,
        "a role in use": role_in_use,
    },
    stage=policies,
)
