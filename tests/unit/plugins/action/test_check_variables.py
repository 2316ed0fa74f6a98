# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Misspelt variables and wrong values are refused at once, wherever the names come from."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible.errors import AnsibleActionFail

from ansible_collections.passrole.ec2.plugins.action.check_variables import ActionModule


def check(variables, **args):
    task = SimpleNamespace(args=args, async_val=0, no_log=False, check_mode=False)
    templar = SimpleNamespace(template=lambda value: value)
    plugin = ActionModule(task, SimpleNamespace(_shell=SimpleNamespace(tmpdir="/tmp")), None, None, templar, None)
    return plugin.run(task_vars=variables)


@pytest.mark.parametrize(
    ("args", "variables", "line"),
    [
        ({"playbook": "audit"}, {"audit_fail_onn": "high"}, "audit_fail_onn: unknown variable; did you mean audit_fail_on?"),
        ({"playbook": "audit"}, {"audit_fix": "perhaps"}, 'audit_fix: must be true or false, not "perhaps".'),
        ({"role": "audit"}, {"audit_unused_after": "soon"}, 'audit_unused_after: must be an integer, not "soon".'),
        ({"playbook": "keep"}, {"keep_gruops": []}, "keep_gruops: unknown variable; did you mean keep_groups?"),
        ({"playbook": "adopt"}, {"adopt_group_tags": []}, "adopt_group_tags: must be a dictionary."),
        ({"playbook": "roll_out"}, {"roll_out_strategy": "refesh"}, "roll_out_strategy: must be one of associate, refresh, not refesh."),
        ({"playbook": "policy"}, {"policy_fiel": "x"}, "policy_fiel: unknown variable; did you mean policy_file?"),
        ({"role": "launch_template"}, {}, "launch_template_name: required."),
        ({"role": "sandbox"}, {"sandbox_sate": "stopped"}, "sandbox_sate: unknown variable; did you mean sandbox_state?"),
        ({"role": "verify"}, {"verify_time_out": 3}, "verify_time_out: unknown variable; did you mean verify_timeout?"),
    ],
)
def test_a_mistake_is_refused(args, variables, line):
    told = check(variables, **args)
    assert told["failed"] and not told["changed"] and told["msg"].split("\n")[0] == line


@pytest.mark.parametrize(
    ("args", "variables"),
    [
        ({"playbook": "audit"}, {"audit_fix": "", "audit_rules": None, "audit_hosts": [], "audit_result": {}, "keep_releases": 5}),
        ({"role": "audit"}, {"audit_fix": True, "audit_security_hub": False}),
        ({"playbook": "audit"}, {"audit_bucket": "x", "passrole_allowed_variables": "audit_bucket"}),
        ({"role": "migrate_launch_configurations"}, {"migrate_launch_configurations_state": "", "migrate_launch_configurations_concurrency": None}),
    ],
)
def test_other_variables_and_blank_values_are_no_mistake(args, variables):
    assert not check(variables, **args).get("failed")


def test_a_name_without_variables_is_refused():
    with pytest.raises(AnsibleActionFail, match="role: nobody is no role"):
        check({}, role="nobody")
