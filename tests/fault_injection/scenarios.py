# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is walked through, call by call: the life of an application, as the roles' tasks ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.contracts import asg_launch_with_profile, ec2_role, instance_profile
from tests.support.contracts.asg_launch_with_profile import IMAGE, LAUNCHING
from tests.support.contracts.contract import Promised

ROLE, PROFILE, LAUNCH = ec2_role.PROMISED, instance_profile.PROMISED, asg_launch_with_profile.PROMISED
READING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::web/*"}]}
SSM = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
AGENT = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"


@dataclass(frozen=True)
class Task:
    """One module and its options."""

    promised: Promised
    said: Mapping[str, Any]


@dataclass(frozen=True)
class Scenario:
    """The tasks of one play, and those of the plays before it."""

    tasks: tuple[Task, ...]
    before: tuple[Task, ...] = ()


def role(name: str = "web", **said: Any) -> Task:
    return Task(ROLE, {"name": name, "managed_policies": [SSM], "inline_policies": {"read": READING}, **said})


def profile(name: str = "web", **said: Any) -> Task:
    return Task(PROFILE, {"name": name, "role": "web", **said})


def group(**said: Any) -> Task:
    return Task(LAUNCH, {"name": "web", "min_size": 1, "max_size": 2, "availability_zones": ["eu-west-1a"], "instance_profile": "web", **said})


def template(**said: Any) -> dict[str, Any]:
    return {"launch_template": {"image_id": IMAGE, "instance_type": "t2.micro", **said}}


def configuration(**said: Any) -> dict[str, Any]:
    return {"launch_configuration": {"name": "web", "image_id": IMAGE, "instance_type": "t2.micro", **said}}


CHAIN = (role(), profile(), group(**template()))
CONFIGURED = (role(), profile(), group(**configuration()))
OTHER_ROLE = role("other", inline_policies=None)
OTHER_PROFILE = (OTHER_ROLE, profile("other", role="other"))
GONE = {"state": "absent"}
TWO_REGIONS = {"regions": ["eu-west-1", "us-east-1"]}  # each of the others has reads of the same kind
RETIRED = (profile(**GONE, **TWO_REGIONS, role=None), Task(ROLE, {"name": "web", **GONE, **TWO_REGIONS}))
SCENARIOS = {
    "create on a launch template": Scenario(CHAIN),
    "create a group on a launch configuration": Scenario(CONFIGURED[-1:], CONFIGURED[:-1]),
    "change the role": Scenario(
        (role(description="Web", max_session_duration=7200, managed_policies=[AGENT], inline_policies={"write": READING}, tags={"team": "web"}),), (role(),)
    ),
    "change the template": Scenario((group(**template(instance_type="t3.micro", tags={"team": "web"})),), CHAIN),
    "change the launch configuration": Scenario((group(**configuration(instance_type="t3.micro")),), CONFIGURED),
    "change the group": Scenario(
        (group(**template(), tags=[{"team": "web"}], lifecycle_hooks=[LAUNCHING], suspend_processes=["AZRebalance"], health_check_period=60),), CHAIN
    ),
    "swap the role": Scenario((profile(role="other"),), (role(), OTHER_ROLE, profile(tags={"team": "web"}))),
    "change the profile": Scenario((group(**template(), instance_profile="other"),), (*OTHER_PROFILE, *CHAIN)),
    "scale": Scenario((group(**template(), min_size=2, max_size=4),), CHAIN),
    "roll back to nothing": Scenario((group(**template(), **GONE), *RETIRED), CHAIN),
    "retire a group on a launch configuration": Scenario((group(**configuration(), **GONE),), CONFIGURED),
}
