# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each error tells a playbook author, and the result it leaves."""

from __future__ import annotations

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import (
    AwsUnreachable,
    CallRefused,
    PassroleError,
    Refused,
    StoppedHalfway,
    WaitedInVain,
)


def test_every_error_is_of_one_family():
    assert all(issubclass(error, PassroleError) for error in (AwsUnreachable, CallRefused, Refused, StoppedHalfway, WaitedInVain))


def test_a_refusal_changed_nothing():
    assert Refused("name: too long").as_result() == {"msg": "name: too long", "changed": False}


def test_a_value_of_great_length_does_not_hide_what_is_said_of_it():
    told = str(Refused(f"name: {'x' * 20000} is too long"))
    assert told == f"name: {'x' * 100}[...]{'x' * 20} is too long"
    many = f"used by {', '.join(f'group {number}' for number in range(900))}"
    assert str(Refused(many)) == many


def test_a_refused_call_tells_awss_reason_and_code():
    assert str(CallRefused("AccessDenied", "no")) == "no (AccessDenied)"


def test_a_plan_stopped_halfway_tells_what_is_done_and_what_is_not():
    stopped = StoppedHalfway("use it", CallRefused("AccessDenied", "no"), ["make it"], ["use it"])
    assert stopped.as_result() == {
        "msg": "Could not use it: no (AccessDenied)",
        "changed": True,
        "done": ["make it"],
        "not_done": ["use it"],
    }


def test_a_plan_stopped_at_its_first_step_changed_nothing():
    assert not StoppedHalfway("make it", Refused("no"), [], ["make it"]).as_result()["changed"]
