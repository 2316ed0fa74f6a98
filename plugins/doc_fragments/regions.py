# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the search for users in all regions of the account, documented once."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  regions:
    description:
      - The regions in which users are searched before a role or an instance profile is deleted, or left without its role. The region of the task is
        always one of them.
      - By default all regions that are enabled for the account, as C(ec2:DescribeRegions) lists them. See
        U(https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html). They are read at the same time, once per task, and only for
        a task that deletes.
      - A region that is denied, for example by a policy of the organization, is no refusal by itself. The task warns of it and lists it in
        RV(regions_not_searched). The task is refused if the last use that IAM tracked of the role, C(RoleLastUsed), was in a region that could not be
        read. See U(https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html).
      - If C(ec2:DescribeRegions) is denied, the task warns, and reads the region of the task and that of C(RoleLastUsed).
      - A shorter list hides the refusal because of users in any region that it does not name. It does not hide a C(RoleLastUsed) in such a region, which
        is refused until the list names the region.
      - Errors are an empty list, a text that is no region's name, and a region that does not answer. Omit the option to search all regions.
    type: list
    elements: str
    version_added: 1.1.0
  on_use_in_other_regions:
    description:
      - What O(state=absent) does if only regions other than the task's use the role or the instance profile.
      - V(fail) refuses the task and lists the users.
      - V(keep) deletes nothing, warns, and lists the users in the result. Use it to delete one region of an application that lives in several. Users in
        the region of the task are refused in any case.
    type: str
    choices: [fail, keep]
    default: fail
    version_added: 1.1.0
"""
