# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs at once, met at every call: neither tells a success that is not there."""

from __future__ import annotations

import pytest

from tests.fault_injection.figures import tell
from tests.fault_injection.concurrent_runs import PAIRS, meetings
from tests.fault_injection.runner import failed


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("name", PAIRS)
def test_no_lost_update_goes_unnoticed(name, sandbox):
    found = {"injected": 0, "survived": 0, "finished": 0}
    for meeting in meetings(name, sandbox):
        where = f"met at call {meeting.call}: {meeting.told[-1]}"
        assert not failed(meeting.others), meeting.others[-1]
        if failed(meeting.told):
            assert meeting.told[-1]["halfway"] or not meeting.told[-1]["changed"], where
            assert not failed(meeting.again), f"{where}: {meeting.again[-1]}"
        else:
            assert meeting.looking or not meeting.left_to_do, f"{where}, and yet {meeting.again[-1].get('plan')}"
        found["injected"] += 1
        found["finished" if failed(meeting.told) else "survived"] += 1
    tell("two at once", name, found)
