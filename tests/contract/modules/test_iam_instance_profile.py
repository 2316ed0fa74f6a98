# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The instance profile's module as a whole: a run, a swap that is denied, and what a bad connection is told."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused

from tests.support import return_docs as documented
from tests.support.module_process import CREDENTIALS, run_module
from tests.support.contracts.clients import Door
from tests.support.contracts.instance_profile import PROMISED
from tests.support.contracts.contract import Case

MODULE = "iam_instance_profile"


class Denying(Aws):
    """An account whose caller may not pass the role b."""

    def call(self, service, operation, **params):
        if operation == "add_role_to_instance_profile" and params["RoleName"] == "b":
            raise CallRefused("AccessDenied", "not authorized to perform: iam:PassRole on role b")
        return super().call(service, operation, **params)


def role_in(account):
    (role,) = account.client("iam").get_instance_profile(InstanceProfileName="web")["InstanceProfile"]["Roles"]
    return role["RoleName"]


def test_a_swap_whose_second_half_is_denied_puts_the_old_role_back(account):
    case = Case(PROMISED, "a role by its path and name", "a profile with a")
    case.set_up(account)
    assert case.run(account, aws=Denying(Door(account))) == {
        "msg": "Could not put role b in instance profile web: not authorized to perform: iam:PassRole on role b (AccessDenied)",
        "changed": True,
        "done": ["take role a out of instance profile web", "put role a back in instance profile web"],
        "not_done": ["put role b in instance profile web", "read instance profile web back"],
        "failed": True,
    }
    assert role_in(account) == "a"


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_the_process_prints_the_documented_keys(account, tmp_path, state, check_mode):
    connection = {"endpoint_url": account.url, "region": "eu-west-1", **CREDENTIALS}
    result = run_module(MODULE, tmp_path, name="web", state=state, **connection, _ansible_check_mode=check_mode)
    result.pop("invocation", None)
    assert documented.differences(result, MODULE) == []


def test_the_process_prints_no_secret(account, tmp_path):
    result = run_module(MODULE, tmp_path, name="web", endpoint_url=account.url, region="eu-west-1", **CREDENTIALS)
    assert CREDENTIALS["secret_key"] not in str(result)


@pytest.mark.parametrize(
    ("said", "because"),
    [
        pytest.param(
            {"region": "eu-west-1", "endpoint_url": "http://127.0.0.1:9"},
            "no AWS credentials: set access_key and secret_key, or profile, or AWS_ACCESS_KEY_ID",
            id="no credentials",
        ),
        pytest.param(
            {"endpoint_url": "http://127.0.0.1:9", **CREDENTIALS},
            "region: none given; set region here, in module_defaults, in AWS_REGION or in the AWS profile",
            id="no region",
        ),
        pytest.param(
            {"region": "eu-west-1", "endpoint_url": "http://127.0.0.1:9", **CREDENTIALS},
            "no answer from AWS; look at region and endpoint_url (Could not connect",
            id="unreachable endpoint",
        ),
    ],
)
def test_a_bad_connection_is_told_with_the_option_to_look_at(tmp_path, said, because):
    result = run_module(MODULE, tmp_path, name="web", **said)
    assert result["failed"]
    assert not result["changed"]
    assert result["msg"].startswith(because)
