# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook that audits, run as its users run it: it mends what is named, tells what was found before and after, and mends nothing else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from tests.support.playbook_runner import newest_core_first, run_playbook
from tests.support.organization import ASSUME, Place, inside, make_organization
from tests.support.misconfigured_account import Applications

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "sandbox-access-key", "AWS_SECRET_ACCESS_KEY": "sandbox-secret-key"}
LAX = {"MetadataOptions": {"HttpTokens": "optional", "HttpPutResponseHopLimit": 3}}
BOTH = ["imdsv2_not_required", "imds_hop_limit_over_one"]
ONE = "role_does_not_trust_ec2"
NOBODY = {"Effect": "Allow", "Principal": {"Service": "ecs.amazonaws.com"}, "Action": "sts:AssumeRole"}
OWN_ID = "group_is_there"
OWN = """
from ansible_collections.passrole.ec2.plugins.module_utils.audit.rule import Found, rule

@rule("low", "A group is there", "Somebody has to look after it.")
def group_is_there(estate, settings):
    for group in estate.groups:
        yield Found(group, f"Group {group.name} is there", "Look after it")
"""


@pytest.fixture
def made(account):
    """A group that lets its metadata service answer without a token, and from afar."""
    made = Applications.of(account)
    made.application("web", LAX)
    account.run("play")
    return made


def audit(account, folder, *more, **words):
    """What the playbook says, whether it failed, and what it hands on."""
    said = {"aws_region": "eu-west-1", "aws_endpoint_url": account.url, "audit_vet_policies": [], "audit_formats": [], **words}
    here = {variable: value for variable, value in os.environ.items() if not variable.startswith("AWS_")}
    own = {"HOME": str(folder), "PWD": "/", "ANSIBLE_HOME": str(folder / "ansible"), "ANSIBLE_SHOW_CUSTOM_STATS": "1", "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        [sys.executable, "-m", "ansible", "playbook", "passrole.ec2.audit", "--extra-vars", json.dumps(said), *more],
        cwd=folder,
        env={**here, **CREDENTIALS, **own, "COLUMNS": "400"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, handed_on(done.stdout)


def handed_on(told):
    found = re.search(r"RUN: (\{.*\})", told)
    return json.loads(found[1])["passrole_audit"] if found else {}


def options_of(account, version):
    found = account.client("ec2").describe_launch_template_versions(LaunchTemplateName="web", Versions=[version])["LaunchTemplateVersions"]
    return found[0]["LaunchTemplateData"]["MetadataOptions"]


def changes(account):
    return [call["operation"] for call in account.calls("play") if call["mutates"]]


@pytest.mark.exhaustive  # tests/e2e/test_front_doors.py audits without fixing, too
def test_what_is_found_is_handed_on_and_nothing_is_mended(account, made, tmp_path):
    rc, told, found = audit(account, tmp_path)
    assert rc == 0, told
    assert found["localhost"]["findings"]["high"] >= 1 and found["localhost"]["auto_scaling_groups"] == 1
    assert "before" not in found["localhost"] and changes(account) == []


@pytest.mark.exhaustive  # tests/e2e/docs/test_readme.py runs the command with audit_fail_on
def test_grave_findings_fail_and_are_handed_on_all_the_same(account, made, tmp_path):
    rc, told, found = audit(account, tmp_path, audit_fail_on="high", audit_rules=BOTH)
    assert rc != 0 and "without" in told
    assert found["localhost"]["findings"]["high"] == 1


@pytest.mark.exhaustive  # tests/e2e/test_front_doors.py audits, fixes and audits again
def test_what_is_named_is_mended_together_and_audited_again(account, made, tmp_path):
    rc, told, found = audit(account, tmp_path, fix=True, audit_fix_rules=BOTH, audit_fail_on="high", audit_rules=BOTH)
    assert rc == 0, told
    one = found["localhost"]
    assert one["mended"] == 1 and sum(one["before"].values()) == 2 and sum(one["findings"].values()) == 0
    assert '"high 1 0"' in told
    assert changes(account).count("CreateLaunchTemplateVersion") == 1
    assert options_of(account, "$Latest").items() >= {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}.items()


@pytest.mark.exhaustive  # tests/e2e/test_front_doors.py compares a check with its run
def test_a_check_tells_what_would_be_mended_and_writes_nothing(account, made, tmp_path):
    rc, told, found = audit(account, tmp_path, "--check", audit_fix="true", audit_fix_rules="imdsv2_not_required, imds_hop_limit_over_one", audit_rules=BOTH)
    assert rc == 0, told
    assert found["localhost"]["mended"] == 1 and changes(account) == []
    assert found["localhost"]["before"] == found["localhost"]["findings"]


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        pytest.param("", "audit_fix_rules: must be given with audit_fix", marks=pytest.mark.exhaustive),
        (["imdsv2_not_require"], "imdsv2_not_require is no rule of this audit; did you mean imdsv2_not_required?"),
    ],
)
def test_nothing_is_mended_that_is_not_named_and_known(account, made, tmp_path, rules, words):
    rc, told, _found = audit(account, tmp_path, audit_fix=True, audit_fix_rules=rules)
    assert rc != 0 and words in told
    assert changes(account) == []


def test_paths_that_cannot_be_used_are_refused_before_anything_is_fixed(account, made, tmp_path):
    """Which paths those are is tested on the filter audit_path_problems."""
    (tmp_path / "taken" / "audit.json").mkdir(parents=True)
    options = {"audit_formats": ["json"], "audit_rules": BOTH, "fix": True, "audit_fix_rules": BOTH, "audit_write_baseline": True}
    paths = {"audit_report_dir": "taken", "audit_baseline": "taken", "audit_files": ["missing.json"]}
    status, output, _found = audit(account, tmp_path, **options, **paths)
    assert status != 0
    for problem in ("taken/audit.json is a directory", "audit_baseline: ", "missing.json' is not readable"):
        assert problem in output, output
    assert changes(account) == []


@pytest.mark.parametrize("said", [pytest.param(["rules"], marks=pytest.mark.exhaustive), "rules/own.py"], ids=["list", "text"])
def test_rules_of_ones_own_are_found_from_where_ansible_was_started(account, made, tmp_path, said):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "own.py").write_text(OWN, encoding="utf-8")
    rc, told, found = audit(account, tmp_path, "--check", audit_fix=True, audit_fix_rules=OWN_ID, audit_rules=OWN_ID, audit_rules_path=said)
    assert rc == 0, told
    assert found["localhost"]["before"]["low"] == found["localhost"]["findings"]["low"] == 1


@pytest.mark.exhaustive  # test_empty_values.py: a limit of 0
def test_no_more_is_mended_than_max_changes_lets(account, made, tmp_path):
    rc, told, _found = audit(account, tmp_path, audit_fix=True, audit_fix_rules=BOTH, audit_max_changes="0")
    assert rc != 0 and "max_changes: 1 of 1 members would change" in told
    assert changes(account) == []


def test_what_is_silenced_is_not_mended(account, made, tmp_path):
    accepted = [{"rule": one, "reason": "OPS-4711", "expires": "2099-12-31"} for one in BOTH]
    rc, told, found = audit(account, tmp_path, audit_fix=True, audit_fix_rules=BOTH, audit_silences=accepted, audit_rules=BOTH)
    assert rc == 0, told
    assert (found["localhost"]["mended"], found["localhost"]["silenced"]) == (0, 2) and changes(account) == []


def test_findings_are_kept_in_security_hub_when_asked(account, made, tmp_path):
    hub = account.client("securityhub")
    hub.enable_security_hub()
    said = {"audit_security_hub": True, "audit_formats": ["asff"]}
    rc, told, found = audit(account, tmp_path, **said)
    assert rc == 0, told
    there = hub.get_findings()["Findings"]
    assert len(there) == sum(found["localhost"]["findings"].values()) and {one["RecordState"] for one in there} == {"ACTIVE"}


def test_findings_for_security_hub_need_the_format_of_security_hub(account, made, tmp_path):
    rc, told, _found = audit(account, tmp_path, audit_security_hub=True)
    assert rc != 0 and "audit_security_hub: imports what is written as asff" in told
    assert changes(account) == []


def test_a_role_that_several_regions_tell_of_is_mended_once(account, tmp_path):
    """Two regions of one account as hosts."""
    there = make_organization(account)
    iam = inside(account, there["staging"])("iam")
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [NOBODY]}))
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    for region in ("eu-west-1", "us-east-1"):
        data = {"ImageId": "ami-01e24be29428c15b2", "IamInstanceProfile": {"Name": "web"}}
        inside(account, there["staging"])("ec2", region).create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data)
    account.run("play")
    place = Place(account, tmp_path)
    place.write(organization={"organizational_units": ["Workloads/Staging"]}, regions=["eu-west-1", "us-east-1"], assume_role=ASSUME)
    words = {"audit_fix": True, "audit_fix_rules": [ONE], "audit_rules": [ONE], "audit_vet_policies": [], "audit_formats": []}
    own = {"ANSIBLE_SHOW_CUSTOM_STATS": "1", "PWD": "/"}
    done = place.command("playbook", "passrole.ec2.audit", "-i", "aws_targets.yml", "-e", json.dumps(words), **own)
    assert done.returncode == 0, done.stdout
    found = handed_on(done.stdout)
    assert set(found) == {f"staging.{region}" for region in ("eu-west-1", "us-east-1")}
    assert [found[f"staging.{region}"]["mended"] for region in ("eu-west-1", "us-east-1")] == [1, 0]
    assert [sum(found[f"staging.{region}"]["findings"].values()) for region in ("eu-west-1", "us-east-1")] == [0, 0]
    assert changes(account).count("UpdateAssumeRolePolicy") == 1


@newest_core_first
def test_the_trust_of_a_role_that_nothing_uses_is_not_changed(account, core, tmp_path):
    """A role of EC2 Auto Scaling in an instance profile that only stands there, beside an application whose role does lack EC2."""
    made = Applications.of(account)
    made.profile("asg-notify", {**NOBODY, "Principal": {"Service": "autoscaling.amazonaws.com"}})
    made.application("web")
    iam = account.client("iam")
    iam.update_assume_role_policy(RoleName="web", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [NOBODY]}))
    words = {"audit_fix": True, "audit_fix_rules": [ONE], "audit_rules": [ONE], "audit_vet_policies": [], "audit_formats": [], "aws_region": "eu-west-1"}
    done = run_playbook(tmp_path, "passrole.ec2.audit", core=core, extra_vars={**words, "aws_endpoint_url": account.url})
    trusts = {name: iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"] for name in ("asg-notify", "web")}
    assert [one["Principal"]["Service"] for one in trusts["asg-notify"]] == ["autoscaling.amazonaws.com"], done.output
    assert [one["Principal"]["Service"] for one in trusts["web"]] == ["ecs.amazonaws.com", "ec2.amazonaws.com"], done.output
