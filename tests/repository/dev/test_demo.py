# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An act of the demo is held to what the recorder saw."""

from __future__ import annotations

from contextlib import suppress

import pytest
from botocore.exceptions import ClientError

from dev.demo import Act, ask, told

pytestmark = pytest.mark.process


def reading(account):
    account.client("iam").list_roles()
    return 0


def writing(account):
    account.client("iam").create_instance_profile(InstanceProfileName="web")
    return 0


@pytest.mark.parametrize(("play", "may_write", "status"), [(reading, False, 0), (writing, True, 0), (writing, False, 1)])
def test_an_act_that_should_change_nothing_fails_when_it_does(account, play, may_write, status):
    assert told(Act("an act", lambda: play(account), may_write), account.url) == status


def test_the_calls_of_an_act_are_counted(account, capsys):
    told(Act("an act & more", lambda: reading(account)), account.url)
    assert "recorded 1 AWS calls, none of which could change anything" in capsys.readouterr().out
    assert len(ask(account.url, "calls")["calls"]) == 1


def refused(account):
    """A change that AWS takes, and two that it refuses."""
    for _time in range(3):
        with suppress(ClientError):
            writing(account)
    return 0


def test_changes_that_were_refused_are_told(account, capsys):
    told(Act("an act", lambda: refused(account), may_write=True), account.url)
    assert "3 of which could change anything.\n2 of these were calls of CreateInstanceProfile that were refused." in capsys.readouterr().out


def test_a_play_that_fails_fails_the_act(account):
    assert told(Act("an act", lambda: 2), account.url) == 2
