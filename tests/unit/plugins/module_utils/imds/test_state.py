# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The endpoint of the metadata service is an address that a request can be sent to; anything else is refused before one is."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.imds.state import asked


def params(endpoint):
    return {"endpoint": endpoint, "timeout": 1.0, "attempts": 1, "wait_timeout": 5}


@pytest.mark.parametrize("endpoint", ["http://169.254.169.254", "http://[fd00:ec2::254]", "http://127.0.0.1:8080/path/"])
def test_an_address_is_taken(endpoint):
    assert asked(params(endpoint)) is not None


@pytest.mark.parametrize("endpoint", ["169.254.169.254", "file:///etc/passwd", "", "http://"])
def test_what_is_no_address_is_refused(endpoint):
    with pytest.raises(Refused, match="endpoint"):
        asked(params(endpoint))
