# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Auto Scaling refuses what its service model does not let through, whatever the operation; moto takes anything."""

from __future__ import annotations

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.responses import AutoScalingResponse

from ..constraints import breaches, in_one
from ..mending import mends, refuse

serve = AutoScalingResponse.call_action


@mends(AutoScalingResponse)
def call_action(self):
    wrong = breaches("autoscaling", self._get_action(), self.params)
    return refuse(self, ValidationError(in_one(wrong))) if wrong else serve(self)
