# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules that keep many things in one task say of it, said once."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  fleet:
    description:
      - Many of what the task keeps instead of one, each a dictionary of the options that a task of its own would have. Options that are
        about the connection, or about the fleet itself, are given beside it and hold for all.
      - All members are planned before the first write, then they are changed side by side, and in the end all are looked at once more.
      - What AWS tells of many at once is read for all of them with calls that grow with the size of the account's pages, and not with the number of
        members. A fleet of three and less reads one by one.
      - The members do not build on each other, and no two may keep the same thing.
    type: list
    elements: dict
    version_added: 1.1.0
  max_changes:
    description:
      - How many members of the O(fleet) may change, as a number like V(10) or as a share like V(20%). When more would, the task is
        refused, in check mode too, and nothing is changed.
      - V(0) and V(0%) let no member change. An empty string counts as not given.
    type: str
    version_added: 1.1.0
  max_fail_percentage:
    description:
      - The share of the O(fleet), between 0 and 100, that may be refused or fail. Once it is exceeded no further member is begun, and where that
        is before the first write, nothing is changed. As with plays, it must be exceeded, not reached.
      - Without it, any member that is refused stops the task before the first write, and one that fails later stops no other.
      - With V(0), the first failure stops the task. An empty string counts as not given.
      - The task fails in any case when a member did.
    type: float
    version_added: 1.1.0
  concurrency:
    description:
      - How many members of the O(fleet) are worked on at a time, between 1 and 100. One that waits until AWS has spread its news does not count.
      - They share one client for each service. When AWS throttles one, all slow down; O(max_calls_per_second) holds for all together.
    type: int
    default: 20
    version_added: 1.1.0
  details:
    description:
      - Of which members of the O(fleet) the result tells all that a task of their own would return. With V(changed), an unchanged one is its name.
      - Where the result would be too long to be shown, what came of changed members is left out, too; see O(details_path).
    type: str
    choices: [changed, all]
    default: changed
    version_added: 1.1.0
  details_path:
    description:
      - A file on the host that the task runs on, for all that there is to tell of every member of the O(fleet), with its diff, as a list in JSON.
      - It is written in check mode, too, and can be read by its owner alone. Secrets are masked in it.
    type: path
    version_added: 1.1.0
  progress_path:
    description:
      - A file to which the task adds a line every few seconds that says how far its O(fleet) is.
      - On a local connection the collection sets it by itself, and shows the lines on the screen.
    type: path
    version_added: 1.1.0
"""
