# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags as dictionaries: what to set, what to take away, what is left."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.tags import refuse_reserved, tag_changes, tag_dict, tag_list, tags_after

HAVE = {"team": "a", "aws:made-by": "stack"}


@pytest.mark.parametrize(
    ("want", "purge", "left"),
    [
        (None, True, HAVE),
        ({}, True, {"aws:made-by": "stack"}),
        ({}, False, HAVE),
        ({"team": "b"}, True, {"aws:made-by": "stack", "team": "b"}),
        ({"cost": "1"}, False, {**HAVE, "cost": "1"}),
    ],
)
def test_purging_takes_away_all_but_the_declared_tags_and_awss_own(want, purge, left):
    assert tags_after(HAVE, want, purge) == left


def test_only_what_differs_is_set_or_taken_away_in_the_order_of_keys():
    gone, new = tag_changes({"z": "1", "b": "1", "same": "1"}, {"same": "1", "y": "2", "a": "2"})
    assert gone == ["b", "z"]
    assert list(new.items()) == [("a", "2"), ("y", "2")]


def test_tags_are_listed_by_key_and_read_back():
    listed = tag_list({"b": "2", "a": "1"})
    assert listed == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    assert tag_dict(listed) == {"a": "1", "b": "2"}


@pytest.mark.parametrize(("tags", "values"), [({"aws:made": "x"}, False), ({"AWS:made": "x"}, False), ({"made": "aws:x"}, True)])
def test_what_is_awss_own_is_nobodys_to_set(tags, values):
    with pytest.raises(Refused, match=r"^tags\.\w+:?\w*: keys .*that begin with aws: are AWS's own"):
        refuse_reserved(tags, "tags", values)


def test_a_value_may_begin_so_where_only_keys_may_not():
    refuse_reserved({"made": "aws:x"}, "tags")


def test_no_tags_are_an_empty_list():
    assert tag_list(None) == tag_list({}) == []
