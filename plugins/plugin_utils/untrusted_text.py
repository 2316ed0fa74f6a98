# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide which texts from AWS need a mark before Ansible reads them, and make texts safe for a comment. Private to this collection.

Ansible renders a text that contains ``{{``, ``{%`` or ``{#``. A text that begins with ``#jinja2:`` is rendered as well, and names the delimiters
itself. Whoever can set a tag, a description or a policy in an account could run commands on the control node that way. Therefore a text
is trusted only if no delimiter and no header can be in it; every other text must be marked as data (``!unsafe`` in YAML).
"""

from __future__ import annotations

import re

# ASCII without braces, number signs and control characters; findings.js, of the audit page, has the same pattern. Tabs and line feeds are
# allowed, as ansible-core 2.19 and later reads a marked text such as "0\n" or a marked timestamp with a tab as a number or a date.
INERT = re.compile(r'[\t\n !"$-z|~]*')


def is_inert(text: str) -> bool:
    """Return whether no ansible-core can read the text as a template, whatever it is followed by."""
    return INERT.fullmatch(text) is not None


def as_comment(text: str) -> str:
    """Return the text on one line, for a comment in YAML or in a shell script.

    Whitespace, line breaks of every kind and characters that YAML does not allow become one space.
    """
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
