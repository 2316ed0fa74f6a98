# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules promise that only read, said once."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Only reads, in check mode as in the real run.
    support: full
  diff_mode:
    description: Changes nothing.
    support: N/A
  action_group:
    description: >-
      Use C(group/passrole.ec2.aws) in C(module_defaults) to set the connection of these modules and of all modules of
      amazon.aws at once.
    support: full
    membership: [passrole.ec2.aws]
"""
