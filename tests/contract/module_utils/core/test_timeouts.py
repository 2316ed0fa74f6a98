# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long to wait is a number of seconds, whichever module is asked."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.timeouts import checked_timeout

from tests.support.contracts import asg_launch_with_profile, ec2_role, instance_profile
from tests.support.contracts.clients import Door


@pytest.mark.parametrize("seconds", [0, 1, 86400])
def test_a_number_of_seconds_is_taken(seconds):
    assert checked_timeout(seconds) == seconds


@pytest.mark.parametrize("nonsense", [-1, -300, True, False])
def test_what_is_no_number_of_seconds_is_refused(nonsense):
    with pytest.raises(Refused, match=f"^wait_timeout: {nonsense} is no number of seconds; it must be 0 or more$"):
        checked_timeout(nonsense)


class Nothing:
    """An account that no module looks at before it has looked at its options."""

    partition = "aws"

    def __init__(self, account):
        self.model, self.request = account.model, account.request

    def find(self, *_asked, **_params):
        raise AssertionError("something was read")


@pytest.mark.parametrize("promised", [ec2_role.PROMISED, instance_profile.PROMISED, asg_launch_with_profile.PROMISED], ids=lambda one: one.module)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_every_module_that_waits_refuses_it_before_it_looks(promised, state, sandbox):
    said = {**next(iter(promised.wants.values())), "state": state, "wait_timeout": -1}
    with pytest.raises(Refused, match="^wait_timeout: -1"):
        promised.make_plan(promised.params(said), Nothing(Aws(Door(sandbox))))
