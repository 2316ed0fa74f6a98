# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables of roles and playbooks, wherever they are given: mistakes are refused before the first write, one on a line; blank ones are not given."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from tests.support.contracts.asg_launch_with_profile import IMAGE
from tests.support.playbook_runner import every_core, newest_core_first, run_playbook

TEMPLATE = {"image_id": IMAGE, "instance_type": "t3.micro"}
GROUP = {"application_min_size": 1, "application_max_size": 2, "application_availability_zones": ["eu-west-1a"], "application_launch_template": TEMPLATE}
# By host: its variables, and the lines of the error.
REFUSED = {
    "misspelt": (
        {"application_managed_policy": ["AmazonSSMManagedInstanceCore"], "application_rolout": {"strategy": "refresh"}},
        [
            "application_managed_policy: unknown variable; did you mean application_managed_policies?",
            "application_rolout: unknown variable; did you mean application_rollout?",
            "If a variable is your own, name it: passrole_allowed_variables: [application_managed_policy, application_rolout]",
        ],
    ),
    "sizes": ({"application_min_size": 3}, ["application_min_size: 3 is more than max_size 2"]),
    "nested": (
        {"application_launch_template": {**TEMPLATE, "metadata_options": {"http_token": "required"}}},
        ["application_launch_template.metadata_options.http_token: no such member"],
    ),
    "types": (
        {"application_min_size": "many", "application_tags": "team", "application_rollout": {"strategy": "refesh"}},
        [
            'application_tags: must be a dictionary.',
            'application_min_size: must be an integer, not "many".',
            "application_rollout.strategy: must be one of none, associate, refresh, not refesh.",
        ],
    ),
    "both": ({"application_max_size": "x", "application_mni_size": 1}, ["application_mni_size: unknown variable", "application_max_size: must be an integer"]),
    "limit": ({"application_max_changes": 0}, ["application_max_changes: 1 of 1 members would change, and no more than 0 may"]),
}
# By host: variables with which the playbook succeeds.
ACCEPTED = {
    "blank": {name: "" for name in ("application_wait_timeout", "application_role", "application_role_change", "application_tags", "application_max_changes")},
    "null": {f"application_{name}": None for name in ("wait_timeout", "role", "managed_policies", "rollout", "force_delete", "state", "fleet")},
    "own": {"application_version": 4, "passrole_allowed_variables": ["application_version"]},
    "omitted": {"application_default_cooldown": "{{ omit }}"},
}
VAULTED = "$ANSIBLE_VAULT;1.1;AES256\n" + "6133\n" * 3


class Vaulted(str):
    """A value that nobody can decrypt here."""


class Dumper(yaml.SafeDumper):
    """Writes vaulted values as Ansible reads them."""


Dumper.add_representer(Vaulted, lambda dumper, text: dumper.represent_scalar("!vault", str(text), style="|"))


def refusals(output):
    """The lines of each host's error."""
    found = re.findall(r"^fatal: \[([\w-]+)\]: FAILED! => (\{.*\})$", output, re.MULTILINE)
    return {host: json.loads(result)["msg"].split("\n") for host, result in found}


@every_core
def test_each_mistake_of_each_host_is_refused_before_the_first_write(core, account, tmp_path):
    hosts = {host: variables for host, (variables, _lines) in REFUSED.items()} | ACCEPTED
    foreign = {"other_undefined": "{{ nothing }}", "other_secret": Vaulted(VAULTED)}
    inventory = {"all": {"vars": {**GROUP, **foreign, "ansible_python_interpreter": "{{ ansible_playbook_python }}"}, "hosts": hosts}}
    (tmp_path / "hosts.yml").write_text(yaml.dump(inventory, Dumper=Dumper), encoding="utf-8")
    account.run("launch")
    words = {"aws_endpoint_url": account.url, "aws_region": "eu-west-1"}
    done = run_playbook(tmp_path, "passrole.ec2.launch", "-i", "hosts.yml", "--check", core=core, extra_vars=words, ANSIBLE_NOCOLOR="1")
    found = refusals(done.output)
    assert done.status != 0 and found.keys() == REFUSED.keys(), done.output
    for host, (_variables, lines) in REFUSED.items():
        assert len(found[host]) >= len(lines), found[host]
        for line in lines:
            assert any(one.startswith(line) for one in found[host]), (host, found[host])
        assert max(map(len, found[host])) < 300 and "class" not in str(found[host])
    assert [call["operation"] for call in account.calls("launch") if call["mutates"]] == []


@newest_core_first
def test_parameters_of_a_role_are_refused_like_variables_and_the_role_may_run_twice(core, account, tmp_path):
    connection = {"group/passrole.ec2.aws": {"region": "eu-west-1", "endpoint_url": account.url}}
    play = {"hosts": "localhost", "gather_facts": False, "module_defaults": connection}
    identity = {"role": "passrole.ec2.ec2_identity"}
    twice = {**play, "roles": [{**identity, "ec2_identity_name": name} for name in ("first", "second")]}
    wrong = {**play, "roles": [{**identity, "ec2_identity_nmae": "x", "ec2_identity_max_session_duration": "long"}]}
    (tmp_path / "twice.yml").write_text(json.dumps([twice]), encoding="utf-8")
    (tmp_path / "wrong.yml").write_text(json.dumps([wrong]), encoding="utf-8")
    assert run_playbook(tmp_path, "twice.yml", core=core, ANSIBLE_NOCOLOR="1").status == 0
    done = run_playbook(tmp_path, "wrong.yml", core=core, ANSIBLE_NOCOLOR="1")
    assert done.status != 0 and refusals(done.output)["localhost"] == [
        "ec2_identity_nmae: unknown variable; did you mean ec2_identity_name?",
        "ec2_identity_name: required. Give the name of the role.",
        'ec2_identity_max_session_duration: must be an integer, not "long".',
        "If a variable is your own, name it: passrole_allowed_variables: [ec2_identity_nmae]",
    ]
    assert len(done.output) < 5000


PLAYBOOKS = {
    "audit": ("audit_fail_onn", "audit_fail_on"),
    "adopt": ("adopt_fiel", "adopt_file"),
    "keep": ("keep_gruops", "keep_groups"),
    "policy": ("policy_fiel", "policy_file"),
    "roll_out": ("roll_out_strateggy", "roll_out_strategy"),
    "migrate_launch_configurations": ("migrate_launch_configurations_nmaes", "migrate_launch_configurations_names"),
    "sandbox": ("sandbox_sate", "sandbox_state"),
    "demo": ("demo_endpoint", "demo_endpoint_url"),
}


@newest_core_first
@pytest.mark.parametrize("playbook", [name if name == "audit" else pytest.param(name, marks=pytest.mark.exhaustive) for name in PLAYBOOKS])
def test_a_misspelt_variable_of_a_playbook_is_refused_before_anything_is_read(core, account, tmp_path, playbook):
    account.run("play")
    name, right = PLAYBOOKS[playbook]
    words = {name: "x", "aws_endpoint_url": account.url, "aws_region": "eu-west-1", "application_name": "web"}
    done = run_playbook(tmp_path, f"passrole.ec2.{playbook}", core=core, extra_vars=words, ANSIBLE_NOCOLOR="1")
    assert done.status != 0 and f"{name}: unknown variable; did you mean {right}?" in done.output, done.output
    assert account.calls("play") == []
