# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM refuses names, paths and numbers outside its service model's lengths and patterns; moto takes anything."""

from __future__ import annotations

from collections.abc import Sequence

from moto.core.responses import BaseResponse
from moto.iam.exceptions import ValidationError
from moto.iam.responses import IamResponse

from ..constraints import breaches, in_one
from ..mending import mends, refuse

PATH = " at 'path' failed to satisfy constraint: Member must satisfy regular expression pattern"
BAD_PATH = "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters."


@mends(IamResponse)
def call_action(self):
    wrong = breaches("iam", self._get_action(), self.params)
    return refuse(self, ValidationError(why(wrong))) if wrong else BaseResponse.call_action(self)


def why(wrong: Sequence[str]) -> str:
    return BAD_PATH if any(PATH in fault for fault in wrong) else in_one(wrong)
