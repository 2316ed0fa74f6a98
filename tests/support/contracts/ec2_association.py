# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which instance profile a fleet may be wanted to carry, and what it may carry before."""

from __future__ import annotations

from ansible_collections.passrole.ec2.plugins.modules.ec2_instance_profile_association import OPTIONS, make_plan

from tests.support.contracts import instance_profile
from tests.support.contracts.contract import Account, Have, Promised, nothing

FLEET = {"filters": {"tag:app": "web", "instance-state-name": ["running", "stopped"]}}
WANTS = {
    "web": {"instance_profile": "web"},
    "web, one at a time": {"instance_profile": "web", "batch_size": 1},
    "web without waiting": {"instance_profile": "web", "wait": False},
    "a profile that is not there": {"instance_profile": "nobody"},
    "a profile without a role": {"instance_profile": "empty"},
    "no profile": {"state": "absent"},
    "not this profile": {"instance_profile": "other", "state": "absent"},
    "no name of a profile": {},
    "instances that are not there": {"filters": None, "instance_ids": ["i-0123456789abcdef0"], "instance_profile": "web"},
}


def stage(account: Account) -> None:
    """Profiles web and other with a role, and one that is empty."""
    instance_profile.roles(account)
    iam = account.client("iam")
    for name, role in (("web", "a"), ("other", "b"), ("empty", "")):
        iam.create_instance_profile(InstanceProfileName=name)
        if role:
            iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)


def launched(account: Account, count: int, profile: str = "") -> list[str]:
    named = {"IamInstanceProfile": {"Name": profile}} if profile else {}
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "app", "Value": "web"}]}]
    asked = {"ImageId": "ami-01e24be29428c15b2", "InstanceType": "t2.micro", "TagSpecifications": tags, **named}
    return [one["InstanceId"] for one in account.client("ec2").run_instances(MinCount=count, MaxCount=count, **asked)["Instances"]]


def fleet(*carried: str) -> Have:
    def have(account: Account) -> None:
        for profile in carried:
            launched(account, 1, profile)

    return have


def stopped(account: Account) -> None:
    (one,) = launched(account, 1, "other")
    account.client("ec2").stop_instances(InstanceIds=[one])


def deprived(account: Account) -> None:
    """One whose profile was deleted and made again."""
    launched(account, 1, "web")
    iam = account.client("iam")
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="a")
    iam.delete_instance_profile(InstanceProfileName="web")
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="a")


PROMISED = Promised(
    module="ec2_instance_profile_association",
    options=OPTIONS,
    make_plan=make_plan,
    wants={want: {**FLEET, **said} for want, said in WANTS.items()},
    haves={
        "nothing": nothing,
        "instances without": fleet("", ""),
        "instances with web and another": fleet("web", "other", "other"),
        "a stopped one with another": stopped,
        "one whose profile is gone": deprived,
    },
    stage=stage,
)
