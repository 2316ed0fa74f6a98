# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as Ansible runs it: what it prints is what it documents, in check mode too, and a denial is explained."""

from __future__ import annotations

import json

import pytest

from tests.support import return_docs as documented
from tests.support.module_process import CREDENTIALS, run_module
from tests.support.contracts.principals import allowed
from tests.support.contracts.instance_profile import TRUST

MODULE = "iam_pass_role_info"


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_process_prints_the_documented_keys(account, tmp_path, check_mode):
    account.client("iam").create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(TRUST))
    connection = {"endpoint_url": account.url, "region": "eu-west-1", **CREDENTIALS}
    principal = "arn:aws:iam::123456789012:role/web"
    result = run_module(MODULE, tmp_path, roles=["web"], principal=principal, **connection, _ansible_check_mode=check_mode)
    result.pop("invocation", None)
    assert documented.differences(result, MODULE) == []
    assert (result["changed"], result["roles"][0]["allowed"]) == (False, False)


def test_whoever_may_not_ask_gets_the_statement_that_allows_it(account, tmp_path):
    door = allowed(account, {"Version": "2012-10-17", "Statement": []})
    connection = {"endpoint_url": account.url, "region": "eu-west-1", "access_key": door.key[0], "secret_key": door.key[1]}
    result = run_module(MODULE, tmp_path, roles=["arn:aws:iam::123456789012:role/web"], **connection)
    assert result["failed"]
    (statement,) = result["policy_to_add"]["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["iam:SimulatePrincipalPolicy"], ["arn:aws:iam::123456789012:user/deployer"])
