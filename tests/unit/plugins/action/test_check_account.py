# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials of another account than that of the host are refused; hosts that declare no account are left alone."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ansible_collections.passrole.ec2.plugins.action import check_account as plugin
from ansible_collections.passrole.ec2.plugins.lookup import aws_connection
from ansible_collections.passrole.ec2.plugins.plugin_utils import connection

CALLER = {"account_id": "123456789012", "arn": "arn:aws:iam::123456789012:user/deployer", "user_id": "AIDA"}
HOST = {"inventory_hostname": "staging.eu-west-1", "group_names": ["aws_targets"], "region": "eu-west-1", "account_id": "123456789012"}
SESSION = {"access_key": "a", "secret_key": "b", "session_token": "c", "profile": ""}
TEMPLAR = SimpleNamespace(template=lambda value: value)


@pytest.fixture
def lookups(monkeypatch):
    """What each lookup is asked for."""
    asked = {}

    def get(name, loader, templar):
        answer = SESSION if name == connection.ASSUMED_ROLE else CALLER
        return SimpleNamespace(run=lambda terms, variables, **options: [asked.setdefault(name, options) and answer or answer])

    for module in (plugin, connection):
        monkeypatch.setattr(module, "lookup_loader", SimpleNamespace(get=get))
    return asked


def check(variables):
    task = SimpleNamespace(args={}, async_val=0, no_log=False, check_mode=False)
    return plugin.ActionModule(task, SimpleNamespace(_shell=SimpleNamespace(tmpdir="/tmp")), None, None, TEMPLAR, None).run(task_vars=variables)


def test_the_account_of_the_host_is_that_of_the_credentials(lookups):
    assert check(HOST)["account_id"] == "123456789012"
    assert lookups == {"passrole.ec2.caller_identity": {"region": "eu-west-1"}}


def test_the_role_of_the_host_is_assumed_first(lookups):
    check({**HOST, "aws_assume_role": {"role_arn": "arn:aws:iam::123456789012:role/deployer"}})
    assert lookups["passrole.ec2.assumed_role"] == {"role_arn": "arn:aws:iam::123456789012:role/deployer"}
    assert lookups["passrole.ec2.caller_identity"] == {"region": "eu-west-1", **SESSION}


@pytest.mark.parametrize("account", ["210987654321", 210987654321])
def test_another_account_is_refused(lookups, account):
    told = check({**HOST, "account_id": account})
    assert told["failed"] and told["msg"].startswith("account_id: must be the account of the credentials, 123456789012; the host staging.eu-west-1")


def test_a_host_without_an_account_is_refused_where_hosts_are_accounts_and_skipped_elsewhere(lookups):
    assert check({name: value for name, value in HOST.items() if name != "account_id"})["msg"].startswith("account_id: required on host")
    assert check({"inventory_hostname": "web", "group_names": []})["skipped"] and lookups == {}


def test_the_lookup_returns_the_connection_of_the_host(lookups):
    plugin_of_lookup = aws_connection.LookupModule(loader=None, templar=TEMPLAR)
    assert plugin_of_lookup.run([], HOST) == [{"region": "eu-west-1"}]
