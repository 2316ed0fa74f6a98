# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In a region an account has so many groups and launch configurations at most. Auto Scaling's user guide, as-account-limits: the defaults.

AWS raises the quota of groups for who asks, and so does the setting ``most_groups``.
"""

from __future__ import annotations

from collections.abc import Sized

from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult

from ..account import ACCOUNT
from ..mending import mends

MOST_CONFIGURATIONS = 200


@mends(AutoScalingResponse)
def describe_account_limits(self):
    backend = self.autoscaling_backend
    return ActionResult(
        {
            "MaxNumberOfAutoScalingGroups": ACCOUNT.settings.most_groups,
            "MaxNumberOfLaunchConfigurations": MOST_CONFIGURATIONS,
            "NumberOfAutoScalingGroups": len(backend.autoscaling_groups),
            "NumberOfLaunchConfigurations": len(backend.launch_configurations),
        }
    )


def check_room_for_group(there: Sized) -> None:
    most = ACCOUNT.settings.most_groups
    if len(there) >= most:
        raise AutoscalingClientError("LimitExceeded", f"AutoScalingGroup limit exceeded - You may only have {most} AutoScalingGroups")


def check_room_for_configuration(there: Sized) -> None:
    if len(there) >= MOST_CONFIGURATIONS:
        words = f"Launch Configuration limit exceeded - You may only have {MOST_CONFIGURATIONS} launch configurations"
        raise AutoscalingClientError("LimitExceeded", words)
