# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write a text on one line, for a comment, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
name: as_comment
version_added: 1.1.0
short_description: Text on one line, for a comment
description:
  - Writes a text so that it stays in a comment of a YAML file or a shell script, whatever it contains.
  - Whitespace, line breaks of every kind and characters that YAML does not allow become one space.
options:
  _input:
    description: The text.
    type: str
    required: true
author:
  - passrole contributors (@passrole)
seealso:
  - plugin: passrole.ec2.as_variables
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Write why a role is left out above the file of variables
  ansible.builtin.copy:
    content: |
      # {{ left_out.because | passrole.ec2.as_comment }}
      {{ values | passrole.ec2.as_variables }}
    dest: roles.yml
    mode: "0640"
"""

RETURN = r"""
_value:
  description: The text on one line.
  type: str
  sample: its trust policy does not let EC2 assume it
"""

from ansible_collections.passrole.ec2.plugins.plugin_utils.untrusted_text import as_comment


class FilterModule:
    """The filter, by its name."""

    def filters(self):
        return {"as_comment": lambda value: as_comment(str(value))}
