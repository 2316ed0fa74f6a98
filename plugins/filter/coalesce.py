# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The first of several values that is not blank, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
name: coalesce
version_added: 1.1.0
short_description: Return the first value that is not blank
description:
  - Returns the first value that is neither null nor a blank string, as Terraform's function of the same name does. An empty answer of an AWX survey
    therefore counts as not given.
  - V(0), V(false), an empty list and an empty dictionary are values and are returned. The filter C(default) with its second argument replaces them.
  - If all values are blank, it returns the last one.
  - A variable that may be undefined needs C(default('')) before the filter.
positional: _input
options:
  _input:
    description: The value to return unless it is blank.
    type: raw
    required: true
author:
  - passrole contributors (@passrole)
"""

EXAMPLES = r"""
- name: Create at most as many resources as the survey allows, none for 0, and any number if the answer is blank
  passrole.ec2.iam_ec2_role:
    fleet: "{{ roles }}"
    max_changes: "{{ survey_max_changes | default('') | passrole.ec2.coalesce(omit) }}"

- name: Show the strategy of the job, of the host, or the default
  ansible.builtin.debug:
    msg: "{{ job_strategy | default('') | passrole.ec2.coalesce(host_strategy | default(''), 'refresh') }}"
"""

RETURN = r"""
_value:
  description: The first value that is not blank.
  type: raw
"""


def coalesce(value, *others):
    values = (value, *others)
    return next((given for given in values if not is_blank(given)), values[-1])


def is_blank(value):
    return value is None or (isinstance(value, str) and not value.strip())


class FilterModule:
    """The filter, by its name."""

    def filters(self):
        return {"coalesce": coalesce}
