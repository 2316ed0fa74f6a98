# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may be wanted of an instance profile, and what may be there before."""

from __future__ import annotations

import json

from ansible_collections.passrole.ec2.plugins.module_utils.instance_profile.family import name_for
from ansible_collections.passrole.ec2.plugins.modules.iam_instance_profile import OPTIONS, make_plan

from tests.support.contracts.contract import Account, Have, Promised, nothing

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
WANTS = {
    "nothing but a name": {},
    "no role": {"role": ""},
    "role a": {"role": "a"},
    "a role by its path and name": {"role": "/team/b"},
    "a role by its ARN": {"role": "arn:aws:iam::123456789012:role/a"},
    "a role that is not there": {"role": "nobody"},
    "a role that is elsewhere": {"role": "/elsewhere/b"},
    "no tags": {"tags": {}},
    "one tag more": {"tags": {"t": "2"}, "purge_tags": False},
    "another role and other tags": {"role": "b", "tags": {"t": "2", "größe": ""}},
    "a path": {"path": "/team/", "role": "a"},
    "no waiting": {"role": "a", "tags": {"t": "1"}, "wait": False},
    "its absence": {"state": "absent"},
    "its absence with a in it": {"state": "absent", "role": "a"},
    "its absence with b in it by its ARN": {"state": "absent", "role": "arn:aws:iam::123456789012:role/team/b", "force_delete": True},
    "its absence with nothing in it": {"state": "absent", "role": ""},
    "its absence without waiting": {"state": "absent", "wait": False},
    "its absence whoever uses it": {"state": "absent", "force_delete": True},
    "no role whoever uses it": {"role": "", "force_delete": True},
    "its absence whoever keeps it": {"state": "absent", "adopt": True},
    "a profile of its own for a": {"role": "a", "role_change": "new_profile"},
    "a profile of its own for b": {"role": "b", "role_change": "new_profile"},
    "a profile of its own for b, and the others": {"role": "b", "role_change": "new_profile", "keep_former_instance_profiles": True},
    "the absence of all of them": {"state": "absent", "role_change": "new_profile"},
    "the absence of those that are b's": {"state": "absent", "role": "b", "role_change": "new_profile"},
    "a name that is none": {"name": "two words"},
}


def roles(account: Account) -> None:
    for name, path in (("a", "/"), ("b", "/team/")):
        account.client("iam").create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=json.dumps(TRUST))


def profile_of_a_cluster(account: Account) -> None:
    account.client("iam").create_instance_profile(InstanceProfileName="web", Tags=[{"Key": "eks:cluster-name", "Value": "prod"}])


def profile(role: str = "", **tags: str) -> Have:
    def have(account: Account) -> None:
        iam = account.client("iam")
        iam.create_instance_profile(InstanceProfileName="web", Tags=[{"Key": key, "Value": tags[key]} for key in tags])
        if role:
            iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName=role)

    return have


def profile_beside(account: Account) -> None:
    """One that a holds, and one that was made for b and has it."""
    profile("a")(account)
    iam = account.client("iam")
    iam.create_instance_profile(InstanceProfileName=name_for("web", "b"))
    iam.add_role_to_instance_profile(InstanceProfileName=name_for("web", "b"), RoleName="b")


def profile_in_use(account: Account) -> None:
    """A profile that an instance runs with, and that is launched with in each of the ways there are."""
    profile("a")(account)
    launch = {"ImageId": "ami-01e24be29428c15b2", "InstanceType": "t2.micro"}
    ec2, autoscaling = account.client("ec2"), account.client("autoscaling")
    ec2.run_instances(IamInstanceProfile={"Name": "web"}, MinCount=1, MaxCount=1, **launch)
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"IamInstanceProfile": {"Name": "web"}, **launch})
    autoscaling.create_launch_configuration(LaunchConfigurationName="web", IamInstanceProfile="web", **launch)
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="web", LaunchTemplate={"LaunchTemplateName": "web"}, MinSize=1, MaxSize=1, AvailabilityZones=["eu-west-1a"]
    )


PROMISED = Promised(
    module="iam_instance_profile",
    options=OPTIONS,
    make_plan=make_plan,
    wants={want: {"name": "web", **said} for want, said in WANTS.items()},
    haves={
        "nothing": nothing,
        "an empty profile": profile(),
        "a profile with a": profile("a", t="1"),
        "a profile with b": profile("b", t="2", u="3"),
        "a profile of a cluster": profile_of_a_cluster,
        "a profile in use": profile_in_use,
        "a profile beside another": profile_beside,
    },
    stage=roles,
)
