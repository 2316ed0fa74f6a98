# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A callback that writes down every result as a callback gets it, whatever the verbosity shows of it."""

from __future__ import annotations

DOCUMENTATION = r"""
name: everything
type: notification
short_description: Write down every result
description:
  - Writes every result of every task to the file that the environment names.
author:
  - passrole contributors (@passrole)
"""

import json
import os

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """Writes to the file, one line for each result."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "everything"

    def write(self, result, **_more):
        with open(os.environ["TOLD_TO_CALLBACKS"], "a", encoding="utf-8") as file:
            file.write(json.dumps(getattr(result, "result", result._result), default=str) + "\n")

    v2_runner_on_ok = v2_runner_on_failed = v2_runner_on_unreachable = v2_runner_on_skipped = v2_on_file_diff = write
