# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet's task as Ansible runs it: what it prints, what it writes to files, and what it never tells."""

from __future__ import annotations

import errno
import json
import stat
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core import run
from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.chain import Stage
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import FleetFailed
from ansible_collections.passrole.ec2.plugins.module_utils.core.spec import Spec

from tests.support import return_docs as documented
from tests.support.fleets import ROLES, named, written
from tests.support.module_process import CREDENTIALS, log_of, memory_of, run_module
from tests.support.contracts.clients import Door
from tests.support.contracts.ec2_role import EC2

SECRET = "password=correct-horse-battery-staple"
TEMPLATE = {"image_id": "ami-12c6146b", "instance_type": "t3.micro"}
FLEETS = {
    "iam_ec2_role": named(5, managed_policies=[]),
    "iam_instance_profile": named(5, tags={"team": "web"}),
    "asg_launch_with_profile": [{"launch_template": {**TEMPLATE, "name": one["name"]}, "instance_profile": "web"} for one in named(5)],
    "ec2_application_fleet": named(5, launch_template=TEMPLATE, min_size=0, max_size=1, availability_zones=["eu-west-1a"]),
}


@pytest.fixture
def task(account, tmp_path):
    """A run of a module against this account, in which an instance profile is there already."""
    iam = account.client("iam")
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(EC2))
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    connection = {"endpoint_url": account.url, "region": "eu-west-1", **CREDENTIALS}
    return lambda module, run=run_module, **said: run(module, tmp_path, **connection, **said)


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("module", FLEETS)
def test_the_process_prints_the_documented_keys(task, module, check_mode):
    result = task(module, fleet=FLEETS[module], _ansible_check_mode=check_mode)
    result.pop("invocation", None)
    missing = {f"{key} is missing" for key in ("plan", "iam_role", "iam_instance_profile")}
    told = {key: value for key, value in result.items() if key not in ("results", "warnings")}
    assert [said for said in documented.differences(told, module) if said not in missing | {"results is missing"}] == []
    assert result["members"] == {"changed": 5, "unchanged": 0, "failed": 0, "not_begun": 0}


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"fleet": named(1), "max_changes": "all"}, "max_changes: must be a number of members as in 10, or a share of them as in 20%, not all"),
        ({"fleet": named(1), "description": "x"}, "description: given beside fleet; give it in each member that it is for"),
        ({"fleet": named(1), "purge_tags": False}, "purge_tags: given beside fleet; give it in each member that it is for"),
        ({"fleet": named(1), "concurrency": 0}, "concurrency: must be between 1 and 100, not 0"),
        (
            {"fleet": named(1), "details_path": "/nowhere/at/all"},
            "details_path: directory /nowhere/at does not exist. Give the path of a file in an existing directory.",
        ),
        ({"name": "web", "max_changes": 1}, "max_changes: belongs to a fleet; fleet must be given too"),
        ({}, "one of the following is required: name, fleet"),
        ({"fleet": [{"name": "a", "tag": {}}]}, "fleet[0] (a): tag: no such option of a member; did you mean tags?"),
        ({"fleet": [{"description": "a"}]}, "fleet[0]: missing required arguments: name"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(task, account, said, because):
    result = task("iam_ec2_role", **said)
    assert result["failed"] and because in result["msg"]
    assert not written(account)["TagRole"]


def test_an_empty_fleet_has_nothing_to_do(task):
    assert task("iam_ec2_role", fleet=[])["summary"] == ["0 of 0 changed, 0 failed, 0 as declared"]


def test_details_are_written_in_full_to_a_file_of_the_owners_own(task, tmp_path):
    path = tmp_path / "details.json"
    task("iam_ec2_role", fleet=FLEETS["iam_ec2_role"])
    task("iam_ec2_role", fleet=[*FLEETS["iam_ec2_role"], {"name": "new"}], details_path=str(path), _ansible_check_mode=True)
    details = json.loads(path.read_text(encoding="utf-8"))
    assert [one["iam_role"]["role_name"] for one in details] == [*(f"app-{number}" for number in range(5)), "new"]
    assert details[-1]["diff"]["after"]["path"] == "/"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("option", ["details_path", "progress_path"])
@pytest.mark.parametrize("module", FLEETS)
def test_an_output_path_that_is_a_directory_is_refused_before_any_write(task, account, tmp_path, module, option, check_mode):
    folder = tmp_path / "folder"
    folder.mkdir()
    account.run("refused")
    result = task(module, fleet=FLEETS[module], _ansible_check_mode=check_mode, **{option: str(folder)})
    assert result["failed"] and not result["changed"] and result["msg"].startswith(f"{option}: ") and str(folder) in result["msg"]
    assert account.calls("refused") == []
    assert list(folder.iterdir()) == [] and not list(tmp_path.glob("tmp*"))


@pytest.mark.parametrize("said", [{}, {"max_changes": "1"}])
def test_details_that_cannot_be_written_leave_the_result_whole(account, tmp_path, monkeypatch, said):
    """The disk is full when the fleet has ended, or was refused."""
    monkeypatch.setattr(run, "write_private_file", Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))
    options = {name: option.get("default") for name, option in run.OF_FLEET.items()}
    params = {**options, "builds_on": [], "preflight": False, "fleet": named(3), "details_path": str(tmp_path / "details.json"), **said}
    warnings = []
    module = SimpleNamespace(params=params, masked=lambda value: value, _module=SimpleNamespace(warn=warnings.append))
    stages = [Stage(ROLES, Spec(ROLES).read, lambda one, _briefs: one)]
    try:
        result, _more = run.many(module, stages, run.named_by_themselves, params, Aws(Door(account)), dry=False)
    except FleetFailed as refusal:
        result = refusal.as_result()
    assert warnings == [f"details_path: {tmp_path}/details.json could not be written (No space left on device). The result has what would be in it."]
    assert result["changed"] is not bool(said) and [one["name"] for one in result["results"]] == [one["name"] for one in named(3)]
    # As the file does not have them, the result has also the members that are as declared.
    again = run.many(module, stages, run.named_by_themselves, {**params, "max_changes": None}, Aws(Door(account)), dry=False)[0]
    assert said or all("iam_role" in one for one in again["results"])


def test_all_are_told_of_in_full_when_asked(task):
    task("iam_ec2_role", fleet=FLEETS["iam_ec2_role"])
    result = task("iam_ec2_role", fleet=FLEETS["iam_ec2_role"], details="all")
    assert result["results"][0]["iam_role"]["arn"] == "arn:aws:iam::123456789012:role/app-0"


def secretive(number):
    return {"name": f"app-{number}", "launch_template": {**TEMPLATE, "user_data": f"#!/bin/sh\n{SECRET}-{number}"}, "min_size": 0, "max_size": 1}


def test_no_secret_of_a_member_is_told_wherever_it_is_said(task, account, tmp_path):
    fleet = [{**secretive(number), "availability_zones": ["eu-west-1a"]} for number in range(5)]
    path = tmp_path / "details.json"
    result = task("ec2_application_fleet", fleet=fleet, details_path=str(path))
    refused = task("ec2_application_fleet", fleet=[{**fleet[0], "launch_template": {**fleet[0]["launch_template"], "image_id": SECRET}}])
    connection = {"endpoint_url": account.url, "region": "eu-west-1", **CREDENTIALS}
    logged = log_of("ec2_application_fleet", tmp_path, fleet=fleet, **connection)
    assert result["members"]["changed"] == 5
    for said in (json.dumps(result), path.read_text(encoding="utf-8"), logged):
        assert "correct-horse" not in said
    assert f"{SECRET}-0" not in json.dumps(refused)


def test_the_options_of_a_fleet_are_not_said_over_again(task):
    said = task("iam_ec2_role", fleet=FLEETS["iam_ec2_role"], _ansible_inject_invocation=True)["invocation"]["module_args"]
    assert said["fleet"] == "5 given"


@pytest.mark.parametrize("count", [500, pytest.param(5000, marks=pytest.mark.exhaustive)])
def test_thousands_of_applications_take_less_memory_than_a_job_has_and_have_a_short_result(task, count):
    told = {"launch_template": TEMPLATE, "min_size": 0, "max_size": 1, "availability_zones": ["eu-west-1a"]}
    result, kilobytes = task("ec2_application_fleet", memory_of, fleet=named(count), fleet_defaults=told, _ansible_check_mode=True)
    assert result["members"]["changed"] == count
    assert len(json.dumps(result)) < 700_000
    assert 50 * 1024 < kilobytes < 500 * 1024
