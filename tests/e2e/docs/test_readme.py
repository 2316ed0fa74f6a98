# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What README.md shows is what happens: its plays and commands run on the sandbox as they stand, and print what it says that they print."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from dev.place import BUILD

from tests.conftest import ASK
from tests.support.organization import key_of, make_organization
from tests.support.misconfigured_account import Applications

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GALAXY = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
# A block is indented by four, a blank line before it.
BLOCKS = [dedent(found[0]).strip("\n") for found in re.finditer(r"(?<=\n\n)(?: {4}.*\n|\n(?= {4}))+", README)]
SHOWN = re.compile(r"^    - name: .*(?:\n(?:    .*)?)*", re.MULTILINE)
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "sandbox-access-key", "AWS_SECRET_ACCESS_KEY": "sandbox-secret-key"}
# What changes nothing, ever.
ONLY_READS = {"Audit the region"}
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::example-web/*"}]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
VARIABLES = """
application_launch_template: {image_id: ami-01e24be29428c15b2, instance_type: t3.micro}
application_min_size: 1
application_max_size: 2
application_availability_zones: "{{ [region | default('eu-west-1') ~ 'a'] }}"
"""
# What is another in each run, in the place of what README.md says.
OTHERS = {
    r"i-[0-9a-f]{17}": r"i-[0-9a-f]{17}",
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    r"\d+ h \d+ min": r"\d+ h \d+ min",
    r"\.\.\.": r".*",
    r"\*{3,}": r"\*{3,}",
    # A long line goes on in the next, further in.
    r"\n\s*": r"\s+",
}
HANDLED: set[str] = set()


def block(beginning: str) -> str:
    """The block of that text, or else the one that begins with it."""
    (found,) = [one for one in BLOCKS if one == beginning][:1] or [one for one in BLOCKS if one.startswith(beginning)]
    return found


def shows(*beginnings: str) -> Any:
    """Hand a test the blocks that begin so, which are its own to try."""
    HANDLED.update(beginnings)
    return pytest.mark.parametrize("shown", [tuple(block(one) for one in beginnings)], ids=[beginnings[0][:50]])


def says(told: str, shown: str) -> bool:
    """Whether that was printed, word for word but for ids, times and what README.md leaves out."""
    pattern = "".join(next((other for it, other in OTHERS.items() if re.fullmatch(it, part)), re.escape(part)) for part in parts(shown))
    return re.search(pattern, re.sub(r'\\"', '"', told)) is not None


def parts(shown: str) -> list[str]:
    return re.split(f"({'|'.join(OTHERS)})", shown.strip())


class Reader:
    """Who has README.md, a shell in an empty folder, and a local AWS or none yet."""

    def __init__(self, folder: Path, account: Any = None) -> None:
        self.folder = folder
        here = {variable: value for variable, value in os.environ.items() if not variable.startswith("AWS_")}
        homes = {"HOME": str(folder), "PWD": str(folder), "ANSIBLE_HOME": str(folder / "ansible"), "ANSIBLE_ASYNC_DIR": str(folder / "async")}
        self.environment = {**here, **homes, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "NO_PROXY": "127.0.0.1", "COLUMNS": "400"}
        if account:
            self.environment |= {**CREDENTIALS, "AWS_ENDPOINT_URL": account.url, "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}
            self.environment |= {"AWS_EC2_METADATA_DISABLED": "true"}
        self.write("bin/ansible-playbook", f'#!/bin/sh\nexec "{sys.executable}" -m ansible playbook "$@"\n').chmod(0o755)

    def write(self, name: str, text: str) -> Path:
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_text(text, encoding="utf-8")
        return self.folder / name

    def shell(self, commands: str, fails: bool = False, **more: str) -> str:
        """What the commands print, the first that fails ends them."""
        words = ["sh", "-e", "-c", commands]
        done = subprocess.run(
            words, cwd=self.folder, env={**self.environment, **more}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        assert (done.returncode != 0) is fails, done.stdout[-3000:]
        return done.stdout


@pytest.fixture
def reader(account, tmp_path):
    return Reader(tmp_path, account)


def plays(block: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A block as a playbook: its plays, or one play of its tasks."""
    python = {"ansible_python_interpreter": "{{ ansible_playbook_python }}", "web_policies": {"read-bucket": READ}}
    if "hosts" in block[0]:
        return [{**play, "vars": {**play.get("vars", {}), **python}} for play in block]
    return [{"hosts": "localhost", "gather_facts": False, "vars": python, "tasks": block}]


def staged(account: Any) -> dict[str, str]:
    """What the README takes for there: a role, its profile, a boundary. The subnets it names, and those that are there."""
    iam = account.client("iam")
    for role, profile in (("web-server", "old"), ("my-role", "my-instance-profile")):
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(TRUST))
        iam.create_instance_profile(InstanceProfileName=profile)
        iam.add_role_to_instance_profile(InstanceProfileName=profile, RoleName=role)
    iam.create_policy(PolicyName="application-boundary", PolicyDocument=json.dumps(READ))
    subnets = [subnet["SubnetId"] for subnet in account.client("ec2").describe_subnets()["Subnets"]]
    named = sorted(set(re.findall(r"subnet-[0-9a-f]+", README)))
    return dict(zip(named, subnets))


def ready(block: list[dict[str, Any]], account: Any, folder: Path) -> Reader:
    """A reader who has saved the block as a playbook, with subnets that are there in the place of those it names."""
    text = json.dumps(plays(block))
    for named, there in staged(account).items():
        text = text.replace(named, there)
    reader = Reader(folder, account)
    reader.write("playbook.yml", text)
    return reader


def checked(block: list[dict[str, Any]], account: Any, folder: Path) -> str:
    """What a check of the block prints; it succeeds and writes nothing."""
    return check(ready(block, account, folder), account)


def check(reader: Reader, account: Any) -> str:
    account.run("check")
    told = reader.shell("ansible-playbook playbook.yml --check --diff")
    assert changes(account, "check") == []
    return told


def changes(account: Any, run: str) -> list[str]:
    return [call["operation"] for call in account.calls(run) if call["mutates"]]


@contextmanager
def passing(account: Any, seconds: float = 30) -> Iterator[None]:
    """Time passes in the sandbox whenever somebody has looked how far an instance refresh is."""
    over = threading.Event()

    def pass_on():
        seen = 0
        while not over.wait(0.5):
            looks = sum(call["operation"] == "DescribeInstanceRefreshes" for call in account.calls())
            if looks > seen:
                seen = looks
                account.advance(seconds)

    clock = threading.Thread(target=pass_on)
    clock.start()
    try:
        yield
    finally:
        over.set()
        clock.join()


MODULE = "passrole.ec2.asg_launch_with_profile"
CHECK = "ansible-playbook web.yml --check --diff"
FIRST = "- name: Launch the web servers with a role of their own"
AUDIT = "ansible-playbook passrole.ec2.audit -e aws_region=eu-west-1"
ROLLOUT = "- name: Give the web servers another profile, instance by instance"
OWN = "- name: "


def of_kind(one: str) -> bool:
    """Whether there is a test that tries the block."""
    return one.startswith((OWN, *HANDLED))


def test_each_block_is_tried():
    assert [one for one in BLOCKS if not of_kind(one)] == []
    assert not of_kind("sudo make install") and len(BLOCKS) > 20


PLAYS = [one for one in BLOCKS if one.startswith(OWN) and not one.startswith((FIRST, ROLLOUT))]


by_name = pytest.mark.parametrize("shown", PLAYS, ids=lambda one: one.split("\n")[0][8:])


@by_name
def test_a_play_is_checked(shown, account, tmp_path):
    told = yaml.safe_load(shown)
    assert ("changed=0" in checked(told, account, tmp_path)) == (told[0]["name"] in ONLY_READS)


@pytest.mark.exhaustive  # tests/e2e/test_front_doors.py runs the same roles and modules
@by_name
def test_a_play_runs_and_changes_nothing_when_it_runs_again(shown, account, tmp_path):
    told = yaml.safe_load(shown)
    reader, reads = ready(told, account, tmp_path), told[0]["name"] in ONLY_READS
    account.run("run")
    if reads:
        assert "changed=0" in reader.shell("ansible-playbook playbook.yml")
        assert changes(account, "run") == []
    else:
        # The second run in the same process: starting one takes longer than the plays.
        reader.write("again.yml", json.dumps([label_calls(account, "again")]))
        first, again = reader.shell("ansible-playbook playbook.yml again.yml playbook.yml").split(f"PLAY [{LABEL}]")
        assert re.search("^changed: ", first, re.MULTILINE) and changes(account, "run") != []
        assert not re.search("^changed: ", again, re.MULTILINE) and changes(account, "again") == []


LABEL = "Label the calls that follow"


def label_calls(account: Any, run: str) -> dict[str, Any]:
    """A play after which the sandbox counts calls to the named run."""
    request = {"url": f"{account.url}/_sandbox/run", "method": "POST", "body_format": "json", "body": {"name": run}, "use_proxy": False}
    python = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    return {"name": LABEL, "hosts": "localhost", "gather_facts": False, "vars": python, "tasks": [{"ansible.builtin.uri": request}]}


@shows(ROLLOUT, "web: instance refresh")
def test_a_rollout_replaces_instances_and_shows_how_far_it_is(shown, account, tmp_path):
    (task,), progress = yaml.safe_load(shown[0]), shown[1]
    reader = ready([task], account, tmp_path)
    wanted = (tmp_path / "playbook.yml").read_text(encoding="utf-8")
    before = yaml.safe_load(wanted)
    before[0]["tasks"][0][MODULE] |= {"instance_profile": "old", "rollout": {"strategy": "none"}}
    reader.write("before.yml", json.dumps(before))
    reader.shell("ansible-playbook before.yml")
    assert "changed=1" in check(reader, account)
    with passing(account):
        told = reader.shell("ansible-playbook playbook.yml")
    assert [line for line in progress.splitlines() if not says(told, line)] == [], told


@shows(FIRST, CHECK, "TASK [", "export PATH", f"{CHECK}\n", "ansible-playbook passrole.ec2.sandbox -e")
def test_a_newcomer_gets_from_the_first_play_to_an_audit_with_no_account(shown, tmp_path):
    play, asked, plan, started, walk, ended = shown
    reader = Reader(tmp_path)
    reader.write("web.yml", f"{play}\n")
    try:
        # That the clone has its tools where PATH is led to is tried below.
        told = reader.shell(f"{started}\necho $AWS_ENDPOINT_URL >endpoint\n{walk}")
    finally:
        reader.shell(ended)
    first, run, again = re.split(r"^PLAY \[", told, flags=re.MULTILINE)[2:5]
    assert walk.startswith(asked) and says(first, plan) and says(run, plan), told
    assert "changed=0" in again
    assert (tmp_path / "passrole-audit" / "audit.html").is_file()
    with pytest.raises(OSError):
        ASK(f"{(tmp_path / 'endpoint').read_text().strip()}/_sandbox/process", timeout=5)


@shows("git clone", "export PATH", "make demo  ")
def test_what_is_cloned_has_the_targets_and_the_tools_that_are_named(shown):
    cloned, tools, targets = shown
    url = GALAXY["repository"]
    assert cloned.splitlines() == [f"git clone {url}.git", f"cd {url.rsplit('/', 1)[1]}", "make demo"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"^make (\S+)", f"{cloned}\n{targets}", re.MULTILINE))
    assert named and named <= set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    assert re.findall(r"\$PWD/([^:]+):", tools) == [str((BUILD / "venv" / "bin").relative_to(ROOT))]


@shows("ansible-galaxy collection install", "collections:")
def test_what_is_installed_is_this_collection(shown):
    command, requirements = shown
    (asked,) = yaml.safe_load(requirements)["collections"]
    name = f"{GALAXY['namespace']}.{GALAXY['name']}"
    assert command == f"ansible-galaxy collection install {name}" and asked["name"] == name
    least, version = (tuple(map(int, one.removeprefix(">=").split("."))) for one in (asked["version"], GALAXY["version"]))
    assert least <= version


@shows("ansible-playbook passrole.ec2.verify", "host   instance")
def test_credentials_are_proven_on_the_instances_of_an_inventory(shown, reader, account):
    command, table = shown
    account.client("iam").create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(TRUST))
    make_profile(account)
    launch(account, "web-2")
    delete_profile(account)
    make_profile(account)
    launch(account, "web-1")
    inventory = {"plugin": "amazon.aws.aws_ec2", "regions": ["eu-west-1"], "hostnames": ["tag:Name"], "strict": True}
    imds = f"'{account.url}/_sandbox/imds/' ~ instance_id"
    reached = {"ansible_connection": "'local'", "ansible_python_interpreter": f"'{sys.executable}'", "verify_endpoint": imds}
    reader.write("aws_ec2.yml", json.dumps({**inventory, "compose": reached}))
    told = reader.shell(f"{command} -e verify_timeout=0", fails=True)
    assert [line for line in table.splitlines() if not says(told, line)] == [], told


def make_profile(account: Any) -> None:
    iam = account.client("iam")
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")


def delete_profile(account: Any) -> None:
    iam = account.client("iam")
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web")
    iam.delete_instance_profile(InstanceProfileName="web")


def launch(account: Any, name: str) -> None:
    """An instance of that name with the instance profile web, whose metadata service answers nobody without a token."""
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}]
    asked = {"ImageId": "ami-01e24be29428c15b2", "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, "MetadataOptions": {"HttpTokens": "required"}}
    account.client("ec2").run_instances(**asked, IamInstanceProfile={"Name": "web"}, TagSpecifications=tags)


@shows(f"{AUDIT} -e audit_fail_on", f"{AUDIT} -e audit_fix")
def test_an_audit_fails_on_what_is_grave_and_a_check_tells_what_would_be_mended(shown, reader, account):
    audit, mend = shown
    Applications.of(account).application("web", {"MetadataOptions": {"HttpTokens": "optional"}})
    account.run("audit")
    assert "of severity high or graver" in reader.shell(audit, fails=True)
    assert "changed=1" in reader.shell(mend)
    assert changes(account, "audit") == []


@shows("ansible-playbook passrole.ec2.policy")
def test_a_policy_is_written_to_the_file_that_is_named(shown, reader, account):
    reader.write("applications.yml", json.dumps({"all": {"vars": yaml.safe_load(VARIABLES), "hosts": {"web": {}}}}))
    account.run("policy")
    reader.shell(shown[0])
    (file,) = re.findall(r"policy_file=(\S+)", shown[0])
    assert json.loads((reader.folder / file).read_text(encoding="utf-8"))["Statement"]
    assert changes(account, "policy") == []


@shows("preflight: ")
def test_a_preflight_tells_what_lacks_and_what_allows_it(shown, reader, account):
    iam = account.client("iam")
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(TRUST))
    of_account = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({**TRUST, "Statement": [of_account]})
    deployer = iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    anything_else = {"Effect": "Allow", "NotAction": "iam:PassRole", "Resource": "*"}
    iam.put_role_policy(RoleName="deployer", PolicyName="own", PolicyDocument=json.dumps({**TRUST, "Statement": [anything_else]}))
    key = key_of(account.client("sts").assume_role(RoleArn=deployer, RoleSessionName="site"))
    task = {"name": "Hand the role on", "passrole.ec2.iam_instance_profile": {"name": "web", "role": "web", "preflight": True}}
    reader.write("site.yml", json.dumps(plays([task])))
    told = reader.shell("ansible-playbook site.yml", fails=True, **dict(zip((*CREDENTIALS, "AWS_SESSION_TOKEN"), key)))
    assert says(told, shown[0]), told


@shows("ansible-playbook passrole.ec2.adopt")
def test_what_is_there_is_adopted_and_kept_as_it_is(shown, reader, account):
    Applications.of(account).application("web")
    account.run("adopt")
    assert re.findall(r"changed=(\d+)", reader.shell(shown[0])) == ["1", "0"]
    assert changes(account, "adopt") == []


@shows("plugin: passrole.ec2.aws_targets", "ansible-playbook passrole.ec2.launch -i aws_targets.yml")
def test_a_limit_chooses_among_accounts_and_regions(shown, reader, account):
    inventory, command = shown
    make_organization(account)
    account.run("launch")
    reader.write("aws_targets.yml", inventory)
    (file,) = re.findall(r"-e @(\S+)", command)
    reader.write(file, f"application_name: web\n{VARIABLES}")
    told = reader.shell(command).partition("PLAY RECAP")[2]
    assert re.findall(r"^(\S+) +: ok", told, re.MULTILINE) == ["production.eu-central-1", "production.eu-west-1"]
    assert changes(account, "launch") == []


@shows("ansible-playbook extensions/")
def test_a_controller_is_told_by_a_playbook_that_takes_what_it_is_given(shown):
    """What its modules, of awx.awx, are told is tried in tests/repository/extensions."""
    playbook, variable = re.fullmatch(r"ansible-playbook (\S+) -e (\w+)=\S+", shown[0]).groups()
    assert (ROOT / playbook).is_file()
    assert variable in ((ROOT / playbook).parents[1] / "vars" / "controller.yml").read_text(encoding="utf-8")


def listed(heading: str) -> list[str]:
    """The names in the first column of a table."""
    rows = re.search(rf"^\| {heading} \|.*\n\|[-|]+\n((?:\|.*\n)+)", README, re.MULTILINE)[1]
    return sorted(name for row in rows.splitlines() for name in re.findall(r"`([^`]+)`", row.split("|")[1]))


def test_the_tables_name_all_that_there_is():
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")}
    plugins = [path.stem for kind in ("filter", "inventory", "lookup") for path in (ROOT / "plugins" / kind).glob("*.py")]
    assert listed("playbook") == sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))
    assert listed("role") == sorted(path.name for path in (ROOT / "roles").iterdir())
    assert listed("plugin") == sorted(plugins)
    keep, read = listed("module"), listed("module that reads")
    assert sorted([*keep, *read]) == sorted(modules)


@shows(
    "ansible-playbook passrole.ec2.migrate_launch_configurations -e aws_region=eu-west-1 --check",
    '"web: from launch configuration',
    "ansible-playbook passrole.ec2.migrate_launch_configurations -e aws_region=eu-west-1\n",
)
def test_a_group_is_told_to_leave_its_launch_configuration_leaves_it_and_goes_back(shown, reader, account):
    staged(account)
    autoscaling = account.client("autoscaling")
    named = {"LaunchConfigurationName": "web-2019"}
    autoscaling.create_launch_configuration(**named, ImageId="ami-01e24be29428c15b2", InstanceType="t2.micro", IamInstanceProfile="old")
    autoscaling.create_auto_scaling_group(AutoScalingGroupName="web", MinSize=0, MaxSize=2, AvailabilityZones=["eu-west-1a"], **named)
    check, told, ways = shown
    forth, back = ways.splitlines()
    account.run("check")
    assert says(reader.shell(check), told) and changes(account, "check") == []
    for command, there in ((forth, "LaunchTemplate"), (back, "LaunchConfigurationName")):
        reader.shell(command)
        assert there in autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"][0]
