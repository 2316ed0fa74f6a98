# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written for a file of variables is read back as it was, and never as a template."""

from __future__ import annotations

import datetime
from collections import OrderedDict, UserDict, UserList
from collections.abc import Sequence

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible.utils.unsafe_proxy import wrap_var
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.passrole.ec2.plugins.filter.as_variables import FilterModule

as_variables = FilterModule().filters()["as_variables"]

VALUES = {
    "texts": [
        "#jinja2:variable_start_string:'[['\n[[ 1 ]]", "!unsafe x", "!vault |\n  x", " around ", "\ta", "a\rb", "a\x85b", "a\u2028b", "\ufeffa", "\x07", "0\n",
        "2001-12-14\t21:59:43", "\U0001f600", "&a", "*a", "---", "...", "<<", "=",
    ],  # fmt: skip
    "more": ["{{ 1 + 1 }}", "{% if %}", "{# no #}", "yes", "0123", "2026-01-01", "größe", "two\nlines", "- # :", "", "x" * 400],
    "others": {"a": [True, 3, 1.5, None, [], {}], "{{ key }}": "plain"},
}


def test_what_is_written_is_read_back_as_it_was():
    loader = DataLoader()
    templar = Templar(loader=loader, variables={})
    for name in ("texts", "more"):
        assert templar.template(loader.load(as_variables(VALUES))[name]) == VALUES[name]
    assert loader.load(as_variables(VALUES)) == VALUES


def test_the_same_twice_is_written_twice_and_lists_stand_below_their_names():
    tags = {"team": "web"}
    assert as_variables({"a": [tags, tags]}) == "a:\n  - team: web\n  - team: web\n"


def test_what_is_no_dictionary_is_refused():
    with pytest.raises(AnsibleFilterError, match="as_variables: must be a dictionary of variables"):
        as_variables([])


HOSTILE = st.text("{%}#jina2:[] !\n\r\t\x85\u2028\u2029\ufeff'\"\\0~yes|>&*-<")
TEXTS = st.one_of(st.text(), HOSTILE, HOSTILE.map("#jinja2:{}".format), HOSTILE.map("{{{{ {} }}}}".format))
SCALARS = st.one_of(TEXTS, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.dates(), st.datetimes())


@given(st.dictionaries(TEXTS, st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=8)))
def test_any_values_are_read_back_as_they_were_by_both_loaders(values):
    written = as_variables(values)
    assert DataLoader().load(written) == values
    assert yaml.load(written, Reader) == values  # noqa: S506


class Reader(yaml.SafeLoader):
    """Reads in Python what Ansible reads by libyaml."""


Reader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


class Tagged(str):
    """A text as ansible-core has it: str() of it is of its own type again."""

    def __str__(self):  # pylint: disable=invalid-str-returned  # it is a str, of this type
        return self

    def __iter__(self):
        return map(type(self), super().__iter__())


class TaggedInt(int):
    pass


class TaggedFloat(float):
    pass


class TaggedDict(dict):
    pass


class TaggedList(list):
    pass


class TaggedTuple(tuple):
    pass


class TaggedDate(datetime.date):
    pass


class TaggedDatetime(datetime.datetime):
    pass


class Vaulted(Sequence):
    """An encrypted text of ansible-core before 2.19."""

    _ciphertext = b"$ANSIBLE_VAULT;1.1;AES256"

    def __len__(self):
        return 1

    def __getitem__(self, index):
        return "secret"[index]


NOON = datetime.datetime(2026, 1, 2, 12, 0, 0, 5)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Tagged("{{ a }}"), "{{ a }}"),
        (Tagged("name"), "name"),
        (wrap_var("{{ a }}"), "{{ a }}"),
        (wrap_var("name"), "name"),
        (TaggedInt(3), 3),
        (TaggedFloat(1.5), 1.5),
        (TaggedDict({Tagged("name"): Tagged("web")}), {"name": "web"}),
        (wrap_var({"{{ a }}": ["{{ b }}"]}), {"{{ a }}": ["{{ b }}"]}),
        (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (UserDict({"a": UserList([1])}), {"a": [1]}),
        (TaggedList([Tagged("a")]), ["a"]),
        (TaggedTuple((Tagged("a"), None)), ["a", None]),
        ({"a"}, ["a"]),
        (TaggedDate(2026, 1, 2), datetime.date(2026, 1, 2)),
        (TaggedDatetime(2026, 1, 2, 12, 0, 0, 5), NOON),
        (datetime.time(12, 30), "12:30:00"),
        (b"bytes", b"bytes"),
        ({True: 1, 2: 3}, {True: 1, 2: 3}),
    ],
)
def test_every_type_of_every_core_is_written_as_pythons_own(value, expected):
    found = DataLoader().load(as_variables({Tagged("value"): value}))
    assert found == {"value": expected}
    assert type(expected).__name__.lower() in type(found["value"]).__name__.lower()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"roles": [{"about": "a\ud800b"}]}, r"roles\[0\]\.about: the character U\+D800 is not allowed in YAML"),
        ({"roles": [{"a\udfff": 1}]}, r"roles\[0\]\..*: the character U\+DFFF is not allowed in YAML"),
        ({"a": [object()]}, r"a\[0\]: a value of type object is unsupported"),
        ({"a": {("b",): 1}}, "a value of type tuple is unsupported"),
        ({"a": Vaulted()}, "a: a value of type Vaulted is unsupported"),
    ],
)
def test_what_yaml_cannot_hold_is_refused_by_its_place(value, message):
    with pytest.raises(AnsibleFilterError, match=message):
        as_variables(value)
