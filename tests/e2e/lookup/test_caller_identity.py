# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup caller_identity returns whose credentials it is given, with one call for each process."""

from __future__ import annotations

import json

from tests.support.organization import Place
from tests.sandbox.policies import ACCOUNT


def test_the_caller_is_returned_and_asked_for_once(account, tmp_path):
    account.run("lookup")
    words = {"endpoint_url": account.url, "region": "eu-west-1", "profile": ""}
    both = "{{ [lookup('passrole.ec2.caller_identity', **words), lookup('passrole.ec2.caller_identity', **words)] }}"
    done = Place(account, tmp_path).command("adhoc", "localhost", "-m", "debug", "-a", json.dumps({"msg": both}), "-e", json.dumps({"words": words}))
    assert done.returncode == 0 and done.stdout.count(f'"account_id": "{ACCOUNT}"') == 2, done.stdout + done.stderr
    assert [call["operation"] for call in account.calls("lookup")] == ["GetCallerIdentity"]
