# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The audit as a task: its options, what it accepts and for how long, the user's own rules, what it asks AWS, and what it never tells."""

from __future__ import annotations

import base64
import errno
import json
import re
import stat
import textwrap
from collections import Counter
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.audit.task import OPTIONS, read
from ansible_collections.passrole.ec2.plugins.module_utils.core import run
from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Denied, Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import explaining
from ansible_collections.passrole.ec2.plugins.modules.instance_profile_audit import EXAMPLES

from tests.support import return_docs as documented, misconfigured_account as planted
from tests.support.service_models import model
from tests.support.module_process import CREDENTIALS, run_module
from tests.support.contracts.principals import actions, allowed
from tests.support.contracts.clients import Door

MODULE = "instance_profile_audit"
# The oldest botocore cannot ask for the account's defaults.
DEFAULTS = {"GetInstanceMetadataDefaults"} & {*model("ec2").operation_names}
READS = {
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeLaunchConfigurations",
    "ec2:DescribeInstances",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:DescribeLaunchTemplates",
    *(f"ec2:{operation}" for operation in DEFAULTS),
    "iam:GetAccountAuthorizationDetails",
    "iam:ListInstanceProfiles",
}
# The rule that the documentation shows.
OWN = textwrap.dedent("".join(line[1:] for line in re.search(r"naming\.py:\n((#.*\n)+)", EXAMPLES)[1].splitlines(keepends=True)))


def params(**said):
    return {**{name: option.get("default") for name, option in OPTIONS.items()}, "vet_policies": [], **said}


def audited(account, now=None, **said):
    return read(params(**said), Aws(Door(account)), now)


def silence(**said):
    return {"rule": "imdsv2_not_required", "subject": "*", "reason": "OPS-4711", "expires": "2099-01-31", **said}


@pytest.fixture
def broken(account):
    made = planted.Applications.of(account)
    made.application("web", {"MetadataOptions": {"HttpTokens": "optional", "HttpPutResponseHopLimit": 1}})
    return account


def refusal(account, **said):
    account.run("refused")
    with pytest.raises(Refused) as why:
        audited(account, **said)
    assert account.calls("refused") == []
    return str(why.value)


class TestChoosing:
    def test_rules_are_chosen_and_skipped_by_name_and_by_pattern(self, broken):
        rules = {one["rule"] for one in audited(broken, rules=["imds*", "role_shared"], skip_rules=["imds_hop*"])[0]["rules"]}
        assert rules == {"imdsv2_not_required", "imds_options_inherited", "role_shared"}

    def test_what_a_survey_gives_as_one_text_is_names(self, broken):
        assert {one["rule"] for one in audited(broken, rules=["role_shared", " imdsv2_not_required"], skip_rules=[""])[0]["rules"]} == {
            "role_shared",
            "imdsv2_not_required",
        }
        assert len(audited(broken, rules=[""])[0]["rules"]) == len(audited(broken)[0]["rules"])

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"rules": ["imdsv2_required"]}, "rules[0]: no rule is called imdsv2_required; did you mean imdsv2_not_required?"),
            ({"skip_rules": ["none_*"]}, "skip_rules[0]: no rule is called none_*"),
            ({"unused_after": 401}, "unused_after: must be between 1 and 400 days"),
            ({"silences": [silence(expires="soon")]}, "silences[0].expires: must be a day as in 2027-01-31, not \"soon\""),
            ({"silences": [silence(reason=" ")]}, "silences[0].reason: must say why"),
            ({"silences": [silence(rule="imds")]}, "silences[0].rule: no rule is called imds"),
            ({"rules_path": ["/nowhere/rules.py"]}, "rules_path[0]: there is no file or folder /nowhere/rules.py"),
        ],
    )
    def test_what_makes_no_sense_is_refused_before_anything_is_read(self, account, said, words):
        assert words in refusal(account, **said)


class TestSilences:
    def test_what_is_accepted_is_told_apart_with_its_reason(self, broken):
        audit, _warnings = audited(broken, rules=["imds*"], silences=[silence(subject="w?b")])
        assert audit["findings"] == []
        [one] = audit["silenced"]
        assert (one["rule"], one["silence"]) == ("imdsv2_not_required", {"reason": "OPS-4711", "expires": "2099-01-31"})
        assert (audit["summary"]["silenced"], audit["summary"]["findings"]["high"]) == (1, 0)

    def test_another_subject_or_another_rule_is_not_silenced(self, broken):
        for other in (silence(subject="api"), silence(rule="role_*")):
            assert len(audited(broken, rules=["imds*"], silences=[other])[0]["findings"]) == 1

    def test_after_its_last_day_a_silence_silences_nothing_and_says_so(self, broken):
        silences = [silence(expires="2026-12-31")]
        last, after = datetime(2026, 12, 31, 23, tzinfo=timezone.utc), datetime(2027, 1, 1, tzinfo=timezone.utc)
        assert audited(broken, last, rules=["imds*"], silences=silences)[0]["findings"] == []
        audit, warnings = audited(broken, after, rules=["imds*"], silences=silences)
        assert len(audit["findings"]) == 1
        assert warnings == ("The silence of imdsv2_not_required in * (OPS-4711) expired on 2026-12-31",)


class TestRulesOfOnesOwn:
    def test_they_find_as_ours_do(self, broken, tmp_path):
        made = planted.Applications(broken, *subnets(broken))
        made.template("api", profile={"Name": "web"})
        made.group("api")
        (tmp_path / "naming.py").write_text(OWN)
        audit, _warnings = audited(broken, rules=["role_named_otherwise"], rules_path=[str(tmp_path)])
        [one] = audit["findings"]
        assert (one["what"], one["severity"], one["subject_name"], one["groups"]) == ("Role web is used by group api", "low", "web", ["api", "web"])

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("import nothing_of_this_name", "cannot be read as Python: ModuleNotFoundError"),
            ("x = 1", "has no rule in it"),
            (OWN.replace("role_named_otherwise", "role_shared"), "has a rule role_shared, and there is one of that name already"),
            (OWN.replace('"low"', '"grave"'), "severity: must be one of critical, high, medium, low, informational, not grave"),
        ],
    )
    def test_a_file_that_makes_no_rule_is_refused_by_its_path(self, account, tmp_path, text, words):
        (tmp_path / "own.py").write_text(text)
        said = refusal(account, rules_path=[str(tmp_path / "own.py")])
        assert said.startswith(f"rules_path[0]: {tmp_path / 'own.py'}")
        assert words in said

    def test_a_rule_that_falls_over_what_is_there_is_named(self, broken, tmp_path):
        (tmp_path / "own.py").write_text(OWN.replace("role.name != group.name", "role.nothing"))
        with pytest.raises(Refused, match="rules: role_named_otherwise failed over what is there: AttributeError"):
            audited(broken, rules_path=[str(tmp_path)])


def subnets(account):
    found = account.client("ec2").describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["false"]}])["Subnets"]
    return ",".join(one["SubnetId"] for one in found), ""


def test_an_id_stays_while_versions_come_and_go_and_is_the_same_in_every_region_for_a_role(broken):
    first = {one["rule"]: one["id"] for one in audited(broken, rules=["imdsv2*", "role_without*", "one_*"])[0]["findings"]}
    again = {one["rule"]: one["id"] for one in audited(broken, rules=["imdsv2*", "role_without*", "one_*"])[0]["findings"]}
    assert first == again
    ec2 = broken.client("ec2")
    data = {"InstanceType": "t3.small", "MetadataOptions": {"HttpTokens": "optional"}}
    ec2.create_launch_template_version(LaunchTemplateName="web", SourceVersion="1", LaunchTemplateData=data)
    launch = {"LaunchTemplateSpecification": {"LaunchTemplateName": "web", "Version": "2"}}
    broken.client("autoscaling").update_auto_scaling_group(AutoScalingGroupName="web", MixedInstancesPolicy={"LaunchTemplate": launch})
    later = {one["id"] for one in audited(broken, rules=["imdsv2_not_required"])[0]["findings"] if one["groups"]}
    assert first["imdsv2_not_required"] in later


def test_the_estate_shows_each_chain(account):
    made = planted.Applications.of(account)
    made.application("web", size=1)
    [group], [source], [profile], [role] = (audited(account)[0]["estate"][part] for part in ("groups", "sources", "instance_profiles", "roles"))
    [instance] = group["instances"]
    assert (group["name"], group["sources"], source["id"], source["instance_profile"]) == ("web", [source["id"]], instance["launched_from"], "web")
    assert (instance["instance_profile"], instance["instance_profile_id"], instance["up_to_date"]) == ("web", profile["id"], True)
    assert (profile["role"], role["name"], [policy["name"] for policy in role["policies"]]) == ("web", "web", ["watched", "web"])


def test_everything_is_read_in_bulk(account):
    made = planted.Applications.of(account)
    for number in range(5):
        made.application(f"app-{number}", size=1)
    account.run("audit")
    audited(account)
    assert Counter(call["operation"] for call in account.calls("audit")) == dict.fromkeys(
        (
            "DescribeAutoScalingGroups", "DescribeInstances", "DescribeLaunchConfigurations", "DescribeLaunchTemplateVersions", "DescribeLaunchTemplates",
            "GetAccountAuthorizationDetails", "GetCallerIdentity", "ListInstanceProfiles", *DEFAULTS,
        ),
        1,
    )  # fmt: skip


def test_a_version_that_is_neither_the_latest_nor_the_default_is_asked_for_by_itself(account):
    made = planted.Applications.of(account)
    made.application("web", {"MetadataOptions": {"HttpTokens": "optional"}})
    ec2 = account.client("ec2")
    for default in ("2", "2"):
        ec2.create_launch_template_version(LaunchTemplateName="web", SourceVersion="1", LaunchTemplateData={"MetadataOptions": planted.SAFE})
        ec2.modify_launch_template(LaunchTemplateName="web", DefaultVersion=default)
    [one] = audited(account, rules=["imdsv2_not_required"])[0]["findings"]
    assert (one["what"].partition(",")[2].split(",")[0], one["groups"]) == (" version 1", ["web"])


def test_a_role_not_used_for_long_is_found_by_its_age(broken):
    later = datetime.now(timezone.utc) + timedelta(days=100)
    assert [one["subject_name"] for one in audited(broken, later, rules=["role_unused"])[0]["findings"]] == ["web"]
    assert audited(broken, rules=["role_unused"])[0]["findings"] == []


class TestProcess:
    @pytest.fixture
    def connection(self, account):
        return {"endpoint_url": account.url, "region": "eu-west-1", **CREDENTIALS}

    @pytest.mark.parametrize("check_mode", [True, False])
    def test_it_prints_the_documented_keys(self, broken, connection, tmp_path, check_mode):
        result = run_module(MODULE, tmp_path, **connection, _ansible_check_mode=check_mode)
        result.pop("invocation", None)
        assert documented.differences(result, MODULE) == []

    def test_with_a_file_the_result_is_short_and_the_file_whole_and_private(self, broken, connection, tmp_path):
        path = tmp_path / "audit.json"
        result = run_module(MODULE, tmp_path, **connection, report_path=str(path))
        whole = json.loads(path.read_text())
        assert {*result} - {"invocation", "warnings", "deprecations"} == {"changed", "report_path", "summary"}
        assert whole["summary"] == result["summary"]
        assert "imdsv2_not_required" in {one["rule"] for one in whole["findings"]}
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_a_file_that_cannot_be_written_is_refused_before_anything_is_read(self, account, connection, tmp_path):
        account.run("refused")
        result = run_module(MODULE, tmp_path, **connection, report_path="/nowhere/audit.json")
        assert "report_path: directory /nowhere does not exist." in result["msg"]
        assert account.calls("refused") == []

    def test_a_file_that_cannot_be_written_after_all_leaves_the_result_whole(self, monkeypatch):
        monkeypatch.setattr(run, "write_private_file", Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))
        monkeypatch.setattr(run, "door", lambda _module: None)
        monkeypatch.setattr(run, "explaining", lambda _read, _aws: ({"summary": {}, "findings": ["one"]}, ()))
        warnings = []
        module = SimpleNamespace(params={"report_path": "audit.json"}, masked=lambda value: value, _module=SimpleNamespace(warn=warnings.append))
        result, _more = run.whole_or_kept(module, None, ("summary",))
        assert result == {"changed": False, "summary": {}, "findings": ["one"]}
        assert warnings == ["report_path: audit.json could not be written (No space left on device). The result has what would be in it."]

    def test_user_data_are_in_no_result(self, account, connection, tmp_path):
        made = planted.Applications.of(account)
        text = f"#!/bin/sh\npassword=hunter22hunter22\nexport KEY={planted.KEY}\n"
        made.application("web", {"UserData": base64.b64encode(text.encode()).decode()}, size=1)
        told = json.dumps(run_module(MODULE, tmp_path, **connection))
        assert "credentials_in_user_data" in told
        assert not any(secret in told for secret in ("hunter22", planted.KEY, base64.b64encode(text.encode()).decode()))


def test_each_denial_tells_what_to_add_until_all_is_allowed(account):
    policy = {"Version": "2012-10-17", "Statement": []}
    while told := denied(account, policy):
        assert not [one for one in told if one in policy["Statement"]]
        policy["Statement"] += told
    assert {*actions(policy)} == READS


def denied(account, policy):
    """The statements that a user with this policy is told to add; nothing where the audit goes through."""
    try:
        explaining(lambda aws: read(params(), aws), Aws(allowed(account, policy)))
    except Denied as denial:
        return denial.as_result()["policy_to_add"]["Statement"]
