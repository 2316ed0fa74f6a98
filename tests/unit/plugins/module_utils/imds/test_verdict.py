# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host that is not described as a host is refused; how long credentials last is shown in hours and minutes."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.imds.verdict import lasting, verdict


@pytest.mark.parametrize("host", ["web-1", {"heard": {}}, 5])
def test_a_host_without_its_name_is_refused_with_the_right_form(host):
    with pytest.raises(Refused, match="^verified_credentials: each host must be a mapping with its name as host"):
        verdict([host], [], [])


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "-"), (0, "0 h 00 min"), (59, "0 h 00 min"), (60, "0 h 01 min"), (3599, "0 h 59 min"), (3600, "1 h 00 min"), (21400, "5 h 56 min")],
)
def test_the_time_that_is_left_is_in_hours_and_minutes(seconds, text):
    assert lasting(seconds) == text
