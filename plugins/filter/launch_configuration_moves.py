# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which groups leave their launch configurations, as a fleet, as a filter. What it decides is in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
name: launch_configuration_moves
version_added: 1.1.0
short_description: What it takes to move groups off their launch configurations, or back
description:
  - Takes what M(passrole.ec2.asg_launch_with_profile_info) tells, and makes of it a C(fleet) that moves each group from its launch configuration to a
    launch template of the same data, and one that deletes what is used no more then.
  - The launch templates get the tag C(passrole.ec2:source_launch_configuration), by which a later run knows where a group came from.
  - It asks AWS nothing and decides all at once, so that check mode and the real run tell the same.
options:
  _input:
    description:
      - The result of M(passrole.ec2.asg_launch_with_profile_info) with O(passrole.ec2.asg_launch_with_profile_info#module:launch_configurations=true),
        of all groups of the region.
    type: dict
    required: true
  state:
    description: Whether groups leave their launch configurations, V(migrated), or go back to them, V(undone).
    type: str
    choices: [migrated, undone]
    default: migrated
  rollout:
    description: What becomes of running instances, in the words of O(passrole.ec2.asg_launch_with_profile#module:rollout).
    type: dict
    default: {}
  delete:
    description:
      - What is deleted in the end. With V(migrated) the launch configurations that the groups left, or with O(state=undone) the launch templates.
        With V(unused) all launch configurations of the region that nobody uses.
      - A launch configuration is used by a group that launches from it, and by an instance that was launched from it and is not replaced by O(rollout).
    type: str
    choices: [none, migrated, unused]
    default: none
  template_names:
    description: The names of launch templates by those of their groups, where they are not the same.
    type: dict
    default: {}
  instance_profile:
    description: Name or ARN of the instance profile for groups whose launch configuration carries none. Without it, they are left out.
    type: str
  kept_elsewhere:
    description: Whether to move groups that something else keeps, as their tags tell, such as CloudFormation. They are left out otherwise.
    type: bool
    default: false
  names:
    description:
      - The names of the groups, as a list or as one string with commas or spaces. An empty list selects no group.
      - Every group unless given. An empty string counts as not given.
    type: raw
  tags:
    description: Tags that the groups have, each with its value.
    type: dict
    default: {}
author:
  - passrole contributors (@passrole)
seealso:
  - plugin: passrole.ec2.migrate_launch_configurations
    plugin_type: role
"""

EXAMPLES = r"""
- name: Look at all groups and launch configurations
  passrole.ec2.asg_launch_with_profile_info:
    fleet: false
    associations: false
    instance_refreshes: false
    launch_configurations: true
  register: there

- name: Tell which groups would move, and to which launch template
  ansible.builtin.debug:
    msg: "{{ (there | passrole.ec2.launch_configuration_moves).plan }}"
"""

RETURN = r"""
_value:
  description:
    - C(fleet) has a member of O(passrole.ec2.asg_launch_with_profile#module:fleet) for each group that moves, C(plan) a sentence for each, C(left_out) the
      groups that stay and why, C(delete) a member for each thing to be deleted afterwards, and C(kept) what is not deleted and why.
  type: dict
  sample:
    fleet:
      - name: web
        launch_template:
          name: web
          source_launch_configuration: web-2019
          tags: {"passrole.ec2:source_launch_configuration": web-2019}
          purge_tags: false
    plan: ["web: from launch configuration web-2019 to launch template web"]
    left_out: []
    delete: [{state: absent, launch_configuration: {name: web-2019}}]
    kept: []
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError
from ansible_collections.passrole.ec2.plugins.module_utils.migration.moves import Asked, moves, names_in


def launch_configuration_moves(
    there, state="migrated", rollout=None, delete="none", template_names=None, instance_profile=None, kept_elsewhere=False, names=None, tags=None
):
    try:
        asked = Asked(state, rollout or {}, delete, template_names or {}, instance_profile or None, kept_elsewhere, names_in(names), tags or {})
        return moves(there, asked)
    except PassroleError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """The filter, by its name."""

    def filters(self):
        return {"launch_configuration_moves": launch_configuration_moves}
