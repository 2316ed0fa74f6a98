# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A role is assumed as it is said, once in a process while its credentials last, and nothing tells them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.passrole.ec2.plugins.module_utils.core.sessions import MARGIN, Session

from tests.support.organization import EXTERNAL_ID, TEAM, Place, make_role
from tests.sandbox.policies import ACCOUNT, document

SCRIPT = """
import json, sys
from ansible.errors import AnsibleError
from ansible.plugins.loader import init_plugin_loader, lookup_loader
init_plugin_loader()
def told(said):
    try:
        return lookup_loader.get("passrole.ec2.assumed_role").run(said.pop("terms", []), variables={}, **said)[0]
    except AnsibleError as error:
        return str(error)
print(json.dumps([told(said) for said in json.load(sys.stdin)]))
"""


@pytest.fixture
def member(account):
    organizations = account.client("organizations", "us-east-1")
    organizations.create_organization(FeatureSet="ALL")
    return organizations.create_account(AccountName="production", Email="p@example.com")["CreateAccountStatus"]["AccountId"]


@pytest.fixture
def words(account, member):
    """How the role of the other account is assumed."""
    told = {"role_arn": make_role(account, member), "external_id": EXTERNAL_ID, "tags": TEAM, "region": "eu-west-1", "endpoint_url": account.url}
    account.run("lookup")
    return told


@pytest.fixture
def lookup(tmp_path):
    """One process that looks up one after the other, and tells what came of each."""

    def lookup(*calls):
        place = Place(None, tmp_path)
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], input=json.dumps(calls), env=place.environment(), cwd=tmp_path, stdout=subprocess.PIPE, text=True, check=True
        )
        return json.loads(done.stdout)

    return lookup


NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)


def asked(account):
    return [call["operation"] for call in account.calls("lookup")]


def test_the_credentials_are_options_of_modules(account, member, words, lookup):
    [told] = lookup({**words, "role_session_name": "night-run", "duration_seconds": 7200})
    assert told.keys() == {"access_key", "secret_key", "session_token", "profile"} and told["profile"] == ""
    key = (told["access_key"], told["secret_key"], told["session_token"])
    assert account.client("sts", key=key).get_caller_identity()["Arn"] == f"arn:aws:sts::{member}:assumed-role/deployer/night-run"


def test_one_process_asks_once_for_the_same(account, words, lookup):
    first, second, other = lookup(words, words, {**words, "role_session_name": "somebody"})
    assert first == second != other
    assert asked(account) == ["AssumeRole", "AssumeRole"]


def test_credentials_that_are_about_to_expire_are_not_given():
    session = Session("key", "secret", "token", expires=NOON)
    assert session.lasts(NOON - MARGIN - timedelta(seconds=1)) and not session.lasts(NOON - MARGIN)
    assert not {"key", "secret", "token"} & set(repr(session).replace("=", " ").replace(",", " ").split())


def test_a_session_can_be_held_to_less(account, words, lookup):
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}]}
    [told] = lookup({**words, "policy": policy})
    iam = account.client("iam", key=(told["access_key"], told["secret_key"], told["session_token"]))
    assert iam.list_users()["Users"] == []
    with pytest.raises(iam.exceptions.ClientError, match="no session policy allows"):
        iam.list_roles()


def test_a_role_can_be_assumed_first(account, words, lookup):
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}]}
    iam = account.client("iam")
    hub = iam.create_role(RoleName="hub", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="hub", PolicyName="own", PolicyDocument=document({"Action": ["sts:AssumeRole", "sts:TagSession"]}))
    account.run("lookup")
    lookup({**words, "assume_role_arn": hub})
    assert [call["caller"].rpartition(":")[2] for call in account.calls("lookup") if call["operation"] == "AssumeRole"] == [
        "root",
        "assumed-role/hub/passrole.ec2",
    ]


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"external_id": "other"}, "is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::"),
        ({"tags": {"team": "other"}}, "is not authorized to perform: sts:AssumeRole"),
        ({"duration_seconds": 60}, "assumed_role: duration_seconds: "),
        ({"role_session_name": "a b"}, "assumed_role: role_session_name: "),
        ({"terms": ["deployer"]}, "assumed_role: takes options by their names, as in role_arn="),
        ({"external_ID": "x"}, "assumed_role: external_ID: no such option; did you mean external_id?"),
    ],
)
def test_what_is_not_granted_or_makes_no_sense_is_told(words, lookup, said, says):
    [told] = lookup({**words, **said})
    assert says in told and "sandbox-secret-key" not in told


def test_an_empty_role_is_refused_before_any_call(account, words, lookup):
    said = [{**words, word: blank} for word in ("role_arn", "assume_role_arn", "iam_role_arn") for blank in ("", "  ", None)]
    assert all("must not be empty" in refusal for refusal in lookup(*said))
    assert account.calls("lookup") == []
