#!/usr/bin/python
# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of an action plugin, which does all of the work on the control node."""

from __future__ import annotations

DOCUMENTATION = r"""
module: check_variables
version_added: 1.1.0
short_description: Refuse misspelt variables of the roles and playbooks of this collection
description:
  - Fails if a variable begins as the variables of a role or playbook of this collection do, and is none of them. It names the nearest one that is.
  - Fails if a variable of the role or playbook has a value of a wrong type, or is required and not given.
  - Reports all mistakes at once, one on a line. It does not matter where a variable comes from, such as the inventory, a play, the command line or a
    survey. Null and a blank text count as not given.
  - The roles and playbooks of this collection run it themselves. A play of your own can run it before other tasks.
  - Your own variables may begin like those of a role, such as C(audit_bucket). Name them in the variable C(passrole_allowed_variables), a list.
    The error shows the value to use.
options:
  role:
    description: The name of a role of this collection, without its namespace. Exactly one of O(role) and O(playbook) is required.
    type: str
  playbook:
    description: The name of a playbook of this collection, without its namespace.
    type: str
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  platform:
    platforms: all
    support: full
author:
  - passrole contributors (@passrole)
"""

EXAMPLES = r"""
- name: Refuse misspelt variables before anything else is done
  passrole.ec2.check_variables:
    role: audit
"""

RETURN = r"""
msg:
  description: The mistakes, one on a line.
  returned: when there are some, and the task fails
  type: str
  sample: "audit_fail_onn: unknown variable; did you mean audit_fail_on?"
"""
