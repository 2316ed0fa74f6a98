# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values as YAML for a file of variables, as a filter: read back, each is what it was."""

from __future__ import annotations

DOCUMENTATION = r"""
name: as_variables
version_added: 1.1.0
short_description: Values as YAML for a file of variables
description:
  - Writes values so that Ansible reads them from a file of variables as they were.
  - What Ansible would take for a template, as a tag or a policy from an account may hold, is marked V(!unsafe) and stays as it is.
options:
  _input:
    description: The values, by the names of the variables.
    type: dict
    required: true
author:
  - passrole contributors (@passrole)
seealso:
  - name: passrole.ec2.adopt
    description: The playbook that writes what is there to a file of variables.
    link: https://github.com/passrole/passrole.ec2#take-over-what-is-there
"""

EXAMPLES = r"""
- name: Ask for all instance profiles
  passrole.ec2.iam_instance_profile_info:
  register: there

- name: Write them to a file of variables
  ansible.builtin.copy:
    content: "{{ {'keep_instance_profiles': there.fleet} | passrole.ec2.as_variables }}"
    dest: profiles.yml
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The text of the file.
  type: str
  sample: |
    keep_instance_profiles:
      - name: web
        path: /
        role: web
"""

from collections.abc import Mapping

import yaml
from ansible.errors import AnsibleFilterError

TEMPLATES = ("{{", "{%", "{#")
WIDTH = 150


class Unsafe(str):
    """A text that Ansible would take for a template."""


class Dumper(yaml.SafeDumper):
    """Writes lists below their names as Ansible's users do, and nothing by reference."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data):
        return True


Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


def plain(value):
    """The same in Python's own types, whatever Ansible made of them."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return Unsafe(value) if any(mark in value for mark in TEMPLATES) else str(value)
    return value


def as_variables(values):
    if not isinstance(values, Mapping):
        raise AnsibleFilterError("as_variables: must be a dictionary of variables")
    return yaml.dump(plain(values), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)


class FilterModule:
    """The filter, by its name."""

    def filters(self):
        return {"as_variables": as_variables}
