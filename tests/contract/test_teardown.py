# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role application takes a chain down from its end, so that what still runs keeps its credentials, wherever it is interrupted.

Its module runs in process, on a sandbox whose instances take their time to end.
"""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.application.stages import single_member, stages_of_one
from ansible_collections.passrole.ec2.plugins.module_utils.core.chain import run_single
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import StillUsed
from ansible_collections.passrole.ec2.plugins.module_utils.core.fleet import Way
from ansible_collections.passrole.ec2.plugins.module_utils.core.fleet_results import result_of_single
from ansible_collections.passrole.ec2.plugins.module_utils.core.spec import Spec

from tests.support.contracts import asg_launch_with_profile, ec2_role
from tests.support.contracts.clients import READS, Cut, Door, Killed
from tests.support.contracts.contract import FEW_REGIONS

IDENTITY = {"managed_policies": ["AmazonSSMManagedInstanceCore"], "inline_policies": {"read": ec2_role.READ}}
DRAINING = {"lifecycle_hook_name": "drain", "lifecycle_transition": "autoscaling:EC2_INSTANCE_TERMINATING", "heartbeat_timeout": 30}
APPLICATION = {"name": "web", **IDENTITY, **asg_launch_with_profile.GROUP, "lifecycle_hooks": [{**DRAINING, "default_result": "CONTINUE"}]}
# In this order, and not before the last instance has ended is anything done to what gives it credentials.
DRAINED = ["update_auto_scaling_group"]
TAKEN_DOWN = [
    "delete_auto_scaling_group",
    "delete_launch_template",
    "remove_role_from_instance_profile",
    "delete_instance_profile",
    "detach_role_policy",
    "delete_role_policy",
    "delete_role",
]
UNCUT = 99


class Watch(Cut):
    """Sees before every change whether all that is alive still has its credentials; and may end the run there."""

    def __init__(self, account, after=UNCUT):
        super().__init__(Door(account), after)
        self.changes = []

    def call(self, service, operation, **params):
        if not operation.startswith(READS):
            self.changes.append((operation, alive(self._module.account)))
            assert not alive(self._module.account) or is_whole(self._module.account)
        return super().call(service, operation, **params)


def alive(account):
    found = account.client("ec2").describe_instances(Filters=[{"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}])
    return len(found["Reservations"])


def is_whole(account):
    """Whether the profile holds its role, and the role its policies."""
    iam = account.client("iam")
    (profile,) = iam.list_instance_profiles()["InstanceProfiles"]
    policies = [*iam.list_attached_role_policies(RoleName="web")["AttachedPolicies"], *iam.list_role_policies(RoleName="web")["PolicyNames"]]
    return [role["RoleName"] for role in profile["Roles"]] == ["web"] and len(policies) == len(IDENTITY)


def play(account, state, aws, dry=False):
    """What the module does, as its result; a pause is one of the sandbox's clock."""

    def sleep(pause):
        account.control("POST", "clock", {"advance": pause})

    application = APPLICATION if state == "present" else {"name": "web"}
    params = {"application": application, "state": state, "identity_suffix": "", "variable_prefix": "", "resources": "all"}
    stages = stages_of_one(params, lambda kind: Spec(kind).read)
    done, together, _warnings = run_single(single_member(params), stages, Way(aws, whole=True, sleep=sleep), dry)
    if done.error:
        raise done.error
    return result_of_single(done, [stage.name for stage in stages], together, dry)


@pytest.fixture
def application(account):
    """A whole application, whose instances drain for half a minute before they end."""
    account.settings(default_regions=FEW_REGIONS)
    play(account, "present", Watch(account))
    account.settings(hooks_hold=True)
    assert alive(account) == 1
    return account


def left_over(account):
    iam, ec2, autoscaling = (account.client(service) for service in ("iam", "ec2", "autoscaling"))
    return (
        [role for role in iam.list_roles()["Roles"] if not role["Path"].startswith("/aws-service-role/")]
        + iam.list_instance_profiles()["InstanceProfiles"]
        + ec2.describe_launch_templates()["LaunchTemplates"]
        + autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    )


def test_instances_drain_before_anything_else_goes_and_the_role_goes_last(application):
    watch = Watch(application)
    play(application, "absent", watch)
    assert watch.changes == [*((operation, 1) for operation in DRAINED), *((operation, 0) for operation in TAKEN_DOWN)]
    assert left_over(application) == []


def test_a_check_foretells_the_whole_teardown(application):
    foretold = play(application, "absent", Watch(application), dry=True)
    done = play(application, "absent", Watch(application))
    assert foretold["plan"] == done["plan"] and len(done["stages"]) == 3


@pytest.mark.parametrize("after", range(len(DRAINED) + len(TAKEN_DOWN)))
def test_interrupted_anywhere_a_second_run_takes_the_rest_down(application, after):
    with pytest.raises(Killed):
        play(application, "absent", Watch(application, after))
    play(application, "absent", Watch(application))
    assert left_over(application) == []


@pytest.mark.parametrize("state", ["running", "stopped"])
def test_another_instance_that_runs_or_may_run_again_with_the_profile_keeps_it_and_the_role_whole(application, state):
    launch = {"ImageId": asg_launch_with_profile.IMAGE, "MinCount": 1, "MaxCount": 1, "IamInstanceProfile": {"Name": "web"}}
    (instance,) = application.client("ec2").run_instances(**launch)["Instances"]
    if state == "stopped":
        application.client("ec2").stop_instances(InstanceIds=[instance["InstanceId"]])
    with pytest.raises(StillUsed) as refusal:
        play(application, "absent", Watch(application))
    assert refusal.value.users == [f"instance {instance['InstanceId']} ({state})"]
    assert is_whole(application)
    application.client("ec2").terminate_instances(InstanceIds=[instance["InstanceId"]])
    play(application, "absent", Watch(application))
    assert left_over(application) == []
