# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes are suspended and resumed by name, or all at once when none is named; there are no others than Auto Scaling's."""

from __future__ import annotations

from collections.abc import Iterable

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import AutoScalingBackend
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult

from ..mending import mends
from ..processes import NAMES, suspended


@mends(AutoScalingBackend)
def suspend_processes(self, group_name, scaling_processes):
    group = self.autoscaling_groups[group_name]
    check(scaling_processes)
    wanted = {*suspended(group, *NAMES), *(scaling_processes or NAMES)}
    group.suspended_processes = [name for name in NAMES if name in wanted]


@mends(AutoScalingBackend)
def resume_processes(self, group_name, scaling_processes):
    group = self.autoscaling_groups[group_name]
    check(scaling_processes)
    group.suspended_processes = [name for name in suspended(group, *NAMES) if name not in (scaling_processes or NAMES)]
    group.set_desired_capacity(group.desired_capacity)


def check(names: Iterable[str]) -> None:
    for unknown in [name for name in names if name not in NAMES]:
        raise ValidationError(f"[{unknown}] is not a valid scaling process. Valid scaling processes are: [{', '.join(NAMES)}].")


@mends(AutoScalingResponse)
def describe_scaling_process_types(self):
    return ActionResult({"Processes": [{"ProcessName": name} for name in sorted(NAMES)]})
