# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every playbook and every role in check mode and in a real run, on every installed ansible-core.

All that work on AWS share one ansible-playbook process for the check and one for the run, on one sandbox; `plays/front_doors.yml` lists them.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from dev.env.ansible_cores import newest

from tests.conftest import ASK
from tests.support.contracts.asg_launch_with_profile import IMAGE, SIGN
from tests.support.playbook_runner import PlaybookRun, every_core, run_playbook

ROOT = Path(__file__).parents[2]
PLAYS = Path(__file__).parent / "plays"
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
REPORTS = {"audit.html", "audit.json", "audit.junit.xml", "audit.sarif", "audit.asff.json"}
# These hosts delete. A real run plans the whole deletion in check mode first, and each planned task counts as changed.
DELETING = {"old", "absent"}
SECRET = "#!/bin/sh\necho hunter2hunter2\n"
OPTIONAL_IMDSV2 = {"MetadataOptions": {"HttpTokens": "optional"}}

# The variables that the playbooks publish by set_stats, save what verify finds.
PUBLISHED = {f"passrole_{name}" for name in ("adopt", "audit", "launch", "migrate_launch_configurations", "policy", "retire", "roll_out")}
# What is in the account after the run.
EXPECTED = {
    "profiles": {
        **{name: [name] for name in ("api", "identity", "job", "kept", "lax", "legacy", "rolled", "web")},
        "rolled-2": ["rolled"],
    },
    "roles": {name: [] for name in ("api", "identity", "job", "kept", "lax", "legacy", "rolled")} | {"web": ["AmazonSSMManagedInstanceCore"]},
    # The instance profile in the version that a group launches, and its number of instances.
    "groups": {
        "api": ("api", 0),
        "batch": ("job", 0),
        "kept": ("kept", 0),
        "lax": ("lax", 0),
        "legacy": ("legacy", 0),
        "rolled": ("rolled-2", 1),
        "web": ("web", 1),
    },
    "templates": ["api", "batch", "kept", "lax", "legacy", "rolled", "template", "web"],
    "configurations": ["configuration"],
    "carried": ["rolled-2", "web"],
    "web": {
        "role": ("/servers/", "Web servers", ["read-bucket"], {"team": "web"}),
        "group": (30, True, {"team": ("web", False)}, ["AZRebalance"], ["drain"]),
    },
    "http_tokens": "required",
}


class Reader(yaml.SafeLoader):
    """Reads files of variables as Ansible does."""


Reader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def make_account(account: Any) -> str:
    """What the playbooks and roles find; returns the id of a running instance.

    rolled runs without the profile that its host declares, old and what begins with old- are to be deleted, legacy launches from a launch configuration,
    lax does not require IMDSv2.
    """
    iam, ec2, autoscaling = (account.client(service) for service in ("iam", "ec2", "autoscaling"))
    for name in ("rolled", "old", "old-identity", "legacy", "lax"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
        iam.create_instance_profile(InstanceProfileName=name)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    signed = [{"ResourceType": "launch-template", "Tags": [{"Key": key, "Value": value} for key, value in SIGN.items()]}]
    for name, more in {"rolled": {}, "old": {}, "old-template": {}, "lax": OPTIONAL_IMDSV2}.items():
        profile = "lax" if name == "old-template" else name
        data = {"ImageId": IMAGE, "InstanceType": "t3.micro", "IamInstanceProfile": {"Name": profile}, **more}
        ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data, TagSpecifications=signed)
    data = {"ImageId": IMAGE, "InstanceType": "t3.micro", "IamInstanceProfile": "legacy", "UserData": SECRET}
    for name in ("legacy", "old-configuration"):
        autoscaling.create_launch_configuration(LaunchConfigurationName=name, **data)
    sources = {name: {"LaunchTemplate": {"LaunchTemplateName": name, "Version": "$Latest"}} for name in ("rolled", "old", "lax")}
    for name, source in {**sources, "legacy": {"LaunchConfigurationName": "legacy"}}.items():
        size = {"MinSize": int(name == "rolled"), "MaxSize": 2}
        autoscaling.create_auto_scaling_group(AutoScalingGroupName=name, AvailabilityZones=["eu-west-1a"], **size, **source)
    return groups_of(account)["rolled"]["Instances"][0]["InstanceId"]


def groups_of(account: Any) -> dict[str, Any]:
    return {group["AutoScalingGroupName"]: group for group in account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]}


def roles_by_profile(account: Any) -> dict[str, list[str]]:
    profiles = account.client("iam").list_instance_profiles()["InstanceProfiles"]
    return {profile["InstanceProfileName"]: [role["RoleName"] for role in profile["Roles"]] for profile in profiles}


def changes_by_host(done: PlaybookRun) -> dict[str, int]:
    """The changed tasks of each host in the recap."""
    return {host: int(number) for host, number in re.findall(r"^(\S+)\s+: ok=\d+\s+changed=(\d+)", done.output, re.MULTILINE) if host not in DELETING}


def migrations(done: PlaybookRun) -> list[str]:
    """The lines that say what migrates and what is deleted."""
    return [line.strip() for line in done.output.splitlines() if " to launch template " in line or "is deleted" in line]


def writes(account: Any, run: str) -> list[str]:
    return [call["operation"] for call in account.calls(run) if call["mutates"]]


@pytest.fixture
def play(account, tmp_path):
    """Run plays on the staged account, as a named run of the sandbox."""
    words = {"aws_region": "eu-west-1", "aws_endpoint_url": account.url, "running_instance": make_account(account)}

    def play(core, run, *arguments):
        account.run(run)
        done = run_playbook(tmp_path, "--inventory", str(PLAYS / "front_doors_hosts.yml"), *arguments, core=core, extra_vars=words, ANSIBLE_NOCOLOR="1")
        assert done.status == 0 and done.failed == 0, done.output[-8000:]
        return done

    return play


@every_core
def test_playbooks_and_roles_do_in_a_run_what_their_check_reports(core, account, play, tmp_path):
    """A second run in the same process changes nothing. front_doors_unchanged.yml labels its calls "again"; on the newest core in `make test`."""
    checked = play(core, "check", str(PLAYS / "front_doors.yml"), "--check", "--diff")
    assert writes(account, "check") == []
    # A check writes a policy and reports, which are no part of AWS, and neither variables nor a baseline.
    written = {path.name for path in tmp_path.iterdir()}
    assert written >= {"reports", "fixed", "passrole-policy.json"} and not written & {"passrole_adopted.yml", "baseline.json"}
    (tmp_path / "passrole-policy.json").unlink()

    again = core == newest() or "PASSROLE_EVERY_CORE" in os.environ
    done = play(core, "run", str(PLAYS / "front_doors.yml"), *([str(PLAYS / "front_doors_unchanged.yml")] if again else []))
    assert bool(account.calls("again")) is again and writes(account, "again") == []
    assert changes_by_host(done) == changes_by_host(checked)
    assert published(done) == published(checked)
    assert published(done).keys() == PUBLISHED
    assert migrations(done) == migrations(checked) != []
    assert "hunter2" not in checked.output + done.output
    assert what_is_there(account) == EXPECTED
    assert_files_are_usable(tmp_path, done)
    assert done.stats["passrole_verify"]["running"]["faults"] == []
    assert done.stats["passrole_audit"]["localhost"]["findings"]["high"] == 0 < checked.stats["passrole_audit"]["localhost"]["findings"]["high"]


def published(done: PlaybookRun) -> dict[str, Any]:
    """What the playbooks hand on at the end of front_doors.yml, without what differs after a change: of the audit what is left, of instances the time."""
    audit = {key: done.stats["passrole_audit"]["localhost"][key] for key in ("before", "mended")}
    return {name: value for name, value in done.stats.items() if name != "passrole_verify"} | {"passrole_audit": audit}


def what_is_there(account: Any) -> dict[str, Any]:
    iam, ec2, autoscaling = (account.client(service) for service in ("iam", "ec2", "autoscaling"))
    groups = groups_of(account)
    own = [role["RoleName"] for role in iam.list_roles()["Roles"] if not role["Path"].startswith("/aws-service-role/")]
    associations = ec2.describe_iam_instance_profile_associations(Filters=[{"Name": "state", "Values": ["associated"]}])["IamInstanceProfileAssociations"]
    return {
        "profiles": roles_by_profile(account),
        "roles": {name: [policy["PolicyName"] for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]] for name in own},
        "groups": {name: (latest_data(ec2, name)["IamInstanceProfile"]["Name"], len(group["Instances"])) for name, group in groups.items()},
        "templates": sorted(template["LaunchTemplateName"] for template in ec2.describe_launch_templates()["LaunchTemplates"]),
        "configurations": [one["LaunchConfigurationName"] for one in autoscaling.describe_launch_configurations()["LaunchConfigurations"]],
        "carried": sorted(one["IamInstanceProfile"]["Arn"].rpartition("/")[2] for one in associations),
        "http_tokens": latest_data(ec2, "lax")["MetadataOptions"]["HttpTokens"],
        "web": details_of(iam, autoscaling, "web"),
    }


def details_of(iam: Any, autoscaling: Any, name: str) -> dict[str, Any]:
    """What variables of the role application say of the role and the group."""
    role = iam.get_role(RoleName=name)["Role"]
    [group] = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    hooks = [hook["LifecycleHookName"] for hook in autoscaling.describe_lifecycle_hooks(AutoScalingGroupName=name)["LifecycleHooks"]]
    tags = {tag["Key"]: (tag["Value"], tag["PropagateAtLaunch"]) for tag in group["Tags"] if tag["Key"] == "team"}
    suspended = [process["ProcessName"] for process in group["SuspendedProcesses"]]
    role_tags = {tag["Key"]: tag["Value"] for tag in role["Tags"] if tag["Key"] == "team"}
    return {
        "role": (role["Path"], role["Description"], iam.list_role_policies(RoleName=name)["PolicyNames"], role_tags),
        "group": (group["HealthCheckGracePeriod"], group["CapacityRebalance"], tags, suspended, hooks),
    }


def latest_data(ec2: Any, template: str) -> dict[str, Any]:
    [latest] = ec2.describe_launch_template_versions(LaunchTemplateName=template, Versions=["$Latest"])["LaunchTemplateVersions"]
    return latest["LaunchTemplateData"]


def assert_files_are_usable(folder: Path, done: PlaybookRun) -> None:
    adopted = yaml.load((folder / "passrole_adopted.yml").read_text(encoding="utf-8"), Reader)  # noqa: S506
    assert {variable: [one["name"] for one in declared] for variable, declared in adopted.items()} == {
        "keep_roles": ["lax", "legacy", "old", "old-identity", "rolled"],
        "keep_instance_profiles": ["lax", "legacy", "old", "old-identity", "rolled"],
        "keep_groups": ["lax", "legacy", "old", "rolled"],
    }
    assert json.loads((folder / "passrole-policy.json").read_text(encoding="utf-8")) == done.stats["passrole_policy"]
    assert {path.name for path in (folder / "reports").iterdir()} == REPORTS
    report = json.loads((folder / "reports" / "audit.json").read_text(encoding="utf-8"))
    assert [finding["subject_name"] for finding in report["findings"] if finding["rule"] == "imdsv2_not_required"]
    known = json.loads((folder / "baseline.json").read_text(encoding="utf-8"))
    assert known.keys() == {finding["id"] for finding in report["findings"]}
    assert json.loads((folder / "fixed" / "audit.json").read_text(encoding="utf-8"))["findings"] == []


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty home with a short path: Ansible puts a socket into it."""
    with TemporaryDirectory(prefix="home-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@every_core
@pytest.mark.parametrize("arguments", [["--check"], []], ids=["check", "run"])
def test_playbooks_with_a_sandbox_of_their_own_start_and_stop_it(core, home, arguments):
    words = {"sandbox_parent_pid": os.getpid(), "sandbox_python": sys.executable}
    done = run_playbook(home, str(PLAYS / "front_doors_local.yml"), *arguments, core=core, extra_vars=words, TMPDIR=str(home), ANSIBLE_NOCOLOR="1")
    assert done.status == 0 and done.failed == 0, done.output[-8000:]
    [url] = set(re.findall(r"A sandbox is running at (http://[\d.]+:\d+)", done.output))
    with pytest.raises(OSError):
        ASK(f"{url}/_sandbox/process", timeout=5)
    assert not list(home.glob("passrole-*")), "a folder, or what a shell exports, is left"
    assert "create group my-application of 1 to 2 instances" in done.output
    # The closing table lists the instances of a real run.
    assert bool(re.search(r"\bi-[0-9a-f]{17}\b", done.output)) is (not arguments), done.output[-8000:]


def named_in(path: Path) -> set[str]:
    """The playbooks and roles of the collection that a file of plays names, as kind/name."""
    text = path.read_text(encoding="utf-8")
    playbooks = re.findall(r"import_playbook: passrole\.ec2\.(\w+)", text)
    roles = re.findall(r"(?:name: |^    - )passrole\.ec2\.(\w+)$", text, re.MULTILINE)
    return {f"playbooks/{name}" for name in playbooks} | {f"roles/{name}" for name in roles}


def test_every_playbook_and_role_is_in_a_front_door_play():
    plays = set().union(*(named_in(PLAYS / name) for name in ("front_doors.yml", "front_doors_local.yml")))
    run = plays.union(*(named_in(ROOT / f"{playbook}.yml") for playbook in plays if playbook.startswith("playbooks/")))
    there = {f"playbooks/{path.stem}" for path in (ROOT / "playbooks").glob("*.yml")} | {f"roles/{path.name}" for path in (ROOT / "roles").iterdir()}
    assert there - run == set(), "add them to tests/e2e/plays/front_doors.yml, with what they change in tests/e2e/test_front_doors.py"
