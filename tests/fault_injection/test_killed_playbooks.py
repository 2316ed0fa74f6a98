# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kill ansible-playbook in the middle of roll_out, migrate_launch_configurations and audit_fix: the same command finishes the work.

A playbook is killed in two ways. *Every process* dies when a container, a job or a machine ends: the call is answered by nobody any more.
*ansible-playbook alone* dies of the kernel's out-of-memory killer: its module is another process, and goes on.

Each test then runs the same command twice: the first finishes the work, the second changes nothing. The account is compared with the one that
an undisturbed run leaves, instance refreshes and template versions included. The sandbox's clock stands still until a run looks at an instance
refresh, therefore a refresh that a killed run began is still in progress when the next run starts.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.launch_configuration.as_template import MADE_FROM
from ansible_collections.passrole.ec2.plugins.module_utils.launch_template.state import SIGN

from dev import processes
from dev.env.ansible_cores import AnsibleCore, newest
from tests.fault_injection.account import all_of, plain
from tests.fault_injection.runner import set_up
from tests.fault_injection.scenarios import CHAIN, Scenario
from tests.support.contracts.asg_launch_with_profile import IMAGE, profiles
from tests.support.misconfigured_account import Applications
from tests.support.playbook_runner import PlaybookRun, every_core, playbook_environment

TIMEOUT = 180.0  # seconds, on a busy machine
LOOK_EVERY = 0.2
LOOKS = "DescribeInstanceRefreshes"
WARMUP = 10  # seconds of the sandbox's clock
REFRESH = {"strategy": "refresh", "preferences": {"instance_warmup": WARMUP}}


# --- What is run -----------------------------------------------------------------------------------------------------------------------------------


def make_application(account: Any) -> None:
    """A role, an instance profile, a launch template and a group, as an earlier play of this collection made them."""
    set_up(Scenario(tasks=(), before=CHAIN), account)
    account.client("autoscaling").set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=2)


ROLL_OUT = {
    "application_name": "web",
    "application_description": "Web servers",
    "application_launch_template": {"image_id": IMAGE, "instance_type": "t3.micro"},
    "application_min_size": 2,
    "application_max_size": 2,
    "application_availability_zones": ["eu-west-1a"],
    "application_rollout": REFRESH,
}


def make_launch_configuration(account: Any) -> None:
    """Two groups of one launch configuration."""
    account.reset()
    profiles(account)
    autoscaling = account.client("autoscaling")
    autoscaling.create_launch_configuration(LaunchConfigurationName="legacy", ImageId=IMAGE, InstanceType="t2.micro", IamInstanceProfile="web")
    for name in ("batch", "web"):
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=name, LaunchConfigurationName="legacy", MinSize=1, MaxSize=2, AvailabilityZones=["eu-west-1a"]
        )


MIGRATE = {"migrate_launch_configurations_rollout": REFRESH, "migrate_launch_configurations_delete": "migrated"}


def make_launch_templates(account: Any) -> None:
    """The same groups after a migration, with the launch configuration to go back to."""
    make_launch_configuration(account)
    ec2, autoscaling = account.client("ec2"), account.client("autoscaling")
    for name in ("batch", "web"):
        data = {"ImageId": IMAGE, "InstanceType": "t2.micro", "IamInstanceProfile": {"Name": "web"}}
        tags = [{"Key": key, "Value": value} for key, value in {**SIGN, MADE_FROM: "legacy"}.items()]
        ec2.create_launch_template(
            LaunchTemplateName=name, LaunchTemplateData=data, TagSpecifications=[{"ResourceType": "launch-template", "Tags": tags}]
        )
        autoscaling.update_auto_scaling_group(AutoScalingGroupName=name, LaunchTemplate={"LaunchTemplateName": name, "Version": "1"})


UNDO = {"migrate_launch_configurations_state": "undone", "migrate_launch_configurations_delete": "migrated"}


def make_misconfigured(account: Any) -> None:
    """Two applications whose instances answer metadata requests without a token, and whose roles EC2 cannot assume."""
    account.reset()
    made = Applications.of(account)
    for name in ("batch", "web"):
        made.profile(name, {"Effect": "Allow", "Principal": {"Service": "ecs.amazonaws.com"}, "Action": "sts:AssumeRole"})
        made.template(name, MetadataOptions={"HttpTokens": "optional", "HttpPutResponseHopLimit": 3})
        made.group(name)


RULES = ["imdsv2_not_required", "imds_hop_limit_over_one", "role_does_not_trust_ec2"]
AUDIT = {"audit_fix": True, "audit_fix_rules": RULES, "audit_rules": RULES, "audit_vet_policies": [], "audit_formats": []}


@dataclass(frozen=True)
class Job:
    """A playbook, its variables, the account that it finds, and its mutating calls at which it is killed."""

    playbook: str
    extra_vars: Mapping[str, Any]
    prepare: Callable[[Any], None]
    calls: tuple[str, ...]


JOBS = {
    "roll_out": Job("roll_out", ROLL_OUT, make_application, ("UpdateRole", "CreateLaunchTemplateVersion", "StartInstanceRefresh")),
    "migrate": Job(
        "migrate_launch_configurations", MIGRATE, make_launch_configuration, ("CreateLaunchTemplate", "StartInstanceRefresh", "DeleteLaunchConfiguration")
    ),
    "undo": Job("migrate_launch_configurations", UNDO, make_launch_templates, ("UpdateAutoScalingGroup", "DeleteLaunchTemplate")),
    "audit_fix": Job("audit", AUDIT, make_misconfigured, ("UpdateAssumeRolePolicy", "CreateLaunchTemplateVersion", "UpdateAutoScalingGroup")),
}


# --- How it is run ---------------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where ansible-playbook runs: a sandbox, a home, a temporary directory of its own, an ansible-core."""

    account: Any
    folder: Path
    temporary: Path
    core: AnsibleCore

    @contextmanager
    def started(self, job: Job, run: str) -> Iterator[subprocess.Popen[str]]:
        """The playbook in progress; its calls are recorded under the run's name. Nothing of it outlives the block."""
        self.account.run(run)
        said = {"aws_region": "eu-west-1", "aws_endpoint_url": self.account.url, **job.extra_vars}
        process = subprocess.Popen(
            [self.core.python, "-m", "ansible", "playbook", f"passrole.ec2.{job.playbook}", "--extra-vars", json.dumps(said)],
            cwd=self.folder,
            env={**playbook_environment(self.folder, self.core), "ANSIBLE_REMOTE_TMP": str(self.folder / "remote"), "TMPDIR": str(self.temporary)},
            stdin=subprocess.DEVNULL,
            stdout=(self.folder / f"{run}.log").open("w"),
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            kill_every_process(process)

    def output(self, run: str) -> str:
        return (self.folder / f"{run}.log").read_text()

    def finished(self, job: Job, run: str) -> PlaybookRun:
        """The playbook at its end, which is a success."""
        with self.started(job, run) as process:
            self.wait_until(lambda: process.poll() is not None, run)
        assert process.returncode == 0, self.output(run)[-3000:]
        return PlaybookRun(process.returncode, self.output(run))

    def wait_until(self, condition: Callable[[], bool], run: str) -> None:
        """Time passes in the sandbox, once the run looks at an instance refresh."""
        latest = time.monotonic() + TIMEOUT
        while not condition():
            assert time.monotonic() < latest, self.output(run)[-3000:]
            if any(call["operation"] == LOOKS for call in self.account.calls(run)):
                self.account.advance(2)
            time.sleep(LOOK_EVERY)

    def mutating_calls(self, run: str) -> list[str]:
        return [call["operation"] for call in self.account.calls(run) if call["mutates"]]

    def leftovers(self) -> set[Path]:
        """What this collection left in the temporary directory; Ansible leaves files of its own."""
        return {*self.temporary.glob("passrole*")}


def kill_every_process(process: subprocess.Popen[str]) -> None:
    """Workers of ansible-core are in sessions of their own, therefore a process group does not hold all of them."""
    processes.send([process.pid, *processes.descendants(process.pid)], signal.SIGKILL)
    process.wait()


def is_running(pid: int) -> bool:
    """Whether the process works; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def kill_at_call(place: Place, job: Job, operation: str) -> None:
    """Kill every process of the run while the call hangs. AWS has done what was asked."""
    place.account.faults({"kind": "read_timeout", "operation": operation})
    with place.started(job, "killed") as process:

        def is_hanging() -> bool:
            assert process.poll() is None, place.output("killed")[-3000:]
            return bool(place.account.control("GET", "faults")["rules"][0]["made"])

        place.wait_until(is_hanging, "killed")
        kill_every_process(process)
    assert process.returncode == -signal.SIGKILL
    place.account.faults()


def kill_without_module(place: Place, job: Job, operation: str) -> None:
    """Kill ansible-playbook alone when the call is answered, and its module is waiting for the next answer; the module ends when it is done."""
    place.account.settings(latency=0.2)
    with place.started(job, "killed") as process:

        def is_called() -> bool:
            assert process.poll() is None, place.output("killed")[-3000:]
            return operation in place.mutating_calls("killed")

        place.wait_until(is_called, "killed")
        others = [*processes.descendants(process.pid)]
        process.kill()
        process.wait()
        place.account.settings(latency=0)
        assert any(map(is_running, others)), "no module was running"
        try:
            place.wait_until(lambda: not any(map(is_running, others)), "killed")
        finally:
            processes.send(filter(is_running, others), signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


WAYS = {"every process": kill_at_call, "ansible-playbook alone": kill_without_module}


# --- What it comes to ------------------------------------------------------------------------------------------------------------------------------


def everything(account: Any) -> dict[str, Any]:
    """All that is in the account, and the instance refreshes of each group: one that was begun twice is found."""
    autoscaling = account.client("autoscaling")
    groups = [group["AutoScalingGroupName"] for group in autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]]
    refreshes = {
        name: [
            {member: refresh.get(member) for member in ("Status", "PercentageComplete", "Preferences", "DesiredConfiguration")}
            for refresh in autoscaling.describe_instance_refreshes(AutoScalingGroupName=name)["InstanceRefreshes"]
        ]
        for name in groups
    }
    found = {**all_of(account), "refreshes": plain(refreshes)}
    # The subnets of an account are made when it is reset, and no job changes those of a group.
    return {**found, "groups": [{member: value for member, value in group.items() if member != "VPCZoneIdentifier"} for group in found["groups"]]}


UNDISTURBED: dict[str, dict[str, Any]] = {}


def undisturbed(name: str, place: Place) -> dict[str, Any]:
    """What the playbook leaves when nothing goes wrong, by the newest ansible-core: found once."""
    if name not in UNDISTURBED:
        job = JOBS[name]
        prepare(job, place.account)
        replace(place, core=newest()).finished(job, "undisturbed")
        assert {*job.calls} <= {*place.mutating_calls("undisturbed")}
        assert place.leftovers() == set()
        UNDISTURBED[name] = everything(place.account)
    return UNDISTURBED[name]


def prepare(job: Job, account: Any) -> None:
    account.reset()
    account.advance(0)
    job.prepare(account)
    account.advance(0)


def assert_private(path: Path) -> None:
    """Findings and progress that a killed run could not remove are for its user alone."""
    for one in (path, *path.rglob("*")):
        assert stat.S_IMODE(os.stat(one).st_mode) & 0o077 == 0, one


@pytest.fixture
def place(account: Any, tmp_path: Path) -> Iterator[Callable[[AnsibleCore], Place]]:
    """A place for a core. Its temporary directory has a short path, as ansible-core has a socket in it."""
    with TemporaryDirectory() as temporary:
        yield partial(Place, account, tmp_path, Path(temporary))


def check(name: str, way: str, operation: str, place: Place) -> None:
    account, job = place.account, JOBS[name]
    expected = undisturbed(name, place)
    prepare(job, account)
    WAYS[way](place, job, operation)
    left = place.leftovers()
    for path in left:
        assert_private(path)
    place.finished(job, "again")
    assert everything(account) == expected
    again = place.finished(job, "last")
    assert (again.changed, place.mutating_calls("last")) == (0, [])
    assert everything(account) == expected
    assert place.leftovers() == left


FEW = (
    ("roll_out", "every process", "StartInstanceRefresh"),
    ("migrate", "ansible-playbook alone", "CreateLaunchTemplate"),
    ("audit_fix", "every process", "CreateLaunchTemplateVersion"),
)
ALL = tuple((name, way, operation) for name, job in JOBS.items() for way in WAYS for operation in job.calls)
each = pytest.mark.parametrize(("name", "way", "operation"), FEW)


@pytest.mark.parametrize(
    ("name", "way", "operation"),
    [pytest.param(*case, marks=pytest.mark.exhaustive if case[0] == "audit_fix" else ()) for case in FEW],
)
def test_a_killed_playbook_is_finished_by_the_same_command(name, way, operation, place):
    check(name, way, operation, place(newest()))


@pytest.mark.exhaustive
@every_core
@each
def test_a_killed_playbook_is_finished_on_every_core(name, way, operation, core, place):
    check(name, way, operation, place(core))


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "way", "operation"), [one for one in ALL if one not in FEW])
def test_a_killed_playbook_is_finished_at_every_call(name, way, operation, place):
    check(name, way, operation, place(newest()))
