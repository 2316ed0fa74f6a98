# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write values as YAML for a file of variables, as a filter. Ansible reads each value back unchanged."""

from __future__ import annotations

DOCUMENTATION = r"""
name: as_variables
version_added: 1.1.0
short_description: Values as YAML for a file of variables
description:
  - Writes values as YAML that Ansible reads back unchanged from a file of variables.
  - Ansible never renders a text in this file as a template. A text that could be one, such as a tag or a policy in an account, is marked V(!unsafe).
    Only texts of plain ASCII characters without braces and number signs are written without this mark.
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
    mode: "0640"
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

import datetime
import re
from collections.abc import Mapping, Sequence, Set

import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.passrole.ec2.plugins.plugin_utils.untrusted_text import is_inert

WIDTH = 150
SURROGATE = re.compile(r"[\ud800-\udfff]")


class Unsafe(str):
    """A text that Ansible must not render as a template."""


class Dumper(yaml.SafeDumper):
    """Writes lists indented below their names, as Ansible users do, and no anchors."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data):
        return True


# Only double quotes keep every character: PyYAML writes U+0085 and its like into other styles, and reads them back as line feeds.
Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style='"'))


def convert(value, path):
    """Return the value in Python's own types, whichever types of ansible-core it has, with texts marked that could be templates."""
    if isinstance(value, Mapping):
        return {convert_scalar(key, f"{path}.{key}"): convert(item, f"{path}.{key}".lstrip(".")) for key, item in value.items()}
    # Before ansible-core 2.19 a text that is encrypted by Ansible Vault is a sequence as well.
    if isinstance(value, (Sequence, Set)) and not isinstance(value, (str, bytes)) and not hasattr(value, "_ciphertext"):
        return [convert(item, f"{path}[{index}]") for index, item in enumerate(value)]
    return convert_scalar(value, path)


def convert_scalar(value, path):
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return convert_text(value, path)
    for own, convert_own in SCALARS.items():
        if isinstance(value, own):
            return convert_own(value)
    raise AnsibleFilterError(f"as_variables: {path}: a value of type {type(value).__name__} is unsupported. Convert it to a string first.")


def convert_text(text, path):
    # Not str(), which returns the tagged or unsafe type of some cores again. PyYAML cannot represent these types.
    own = str.__str__(text)
    if surrogate := SURROGATE.search(own):
        raise AnsibleFilterError(f"as_variables: {path}: the character U+{ord(surrogate[0]):04X} is not allowed in YAML. Remove it from the value.")
    return own if is_inert(own) else Unsafe(own)


# datetime is a date as well, so it comes first.
SCALARS = {
    int: int.__pos__,
    float: float.__pos__,
    bytes: lambda value: b"".join([value]),
    datetime.datetime: lambda value: datetime.datetime.combine(value.date(), value.timetz()),
    datetime.date: lambda value: datetime.date(value.year, value.month, value.day),
    datetime.time: lambda value: value.isoformat(),
}


def as_variables(values):
    if not isinstance(values, Mapping):
        raise AnsibleFilterError("as_variables: must be a dictionary of variables")
    return yaml.dump(convert(values, ""), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)


class FilterModule:
    """The filter, by its name."""

    def filters(self):
        return {"as_variables": as_variables}
