# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbook words and API words, held against a small service model written for the purpose."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
from botocore.model import ShapeResolver, StringShape

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.newer import KNOWN_BY, MEMBERS
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import Later
from ansible_collections.passrole.ec2.plugins.module_utils.core.shapes import closest, described, fits, holds, meaning, to_api, to_words, within

TAG = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*"
XML = r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*"
MODEL = ShapeResolver(
    {
        "Thing": {
            "type": "structure",
            "required": ["Name"],
            "members": {
                "Name": {"shape": "Name"},
                "Color": {"shape": "Color"},
                "Zone": {"shape": "Zone"},
                "Count": {"shape": "Count"},
                "Share": {"shape": "Share"},
                "Big": {"shape": "Big"},
                "Since": {"shape": "Since"},
                "TargetGroupARNs": {"shape": "Names"},
                "Tags": {"shape": "Tags"},
                "Labels": {"shape": "Labels"},
                "Inner": {"shape": "Inner"},
            },
        },
        "Inner": {"type": "structure", "members": {"HttpTokens": {"shape": "Name"}, "Deep": {"shape": "Names"}}},
        "Name": {"type": "string", "min": 2, "max": 5, "pattern": "[\\w-]+"},
        "Color": {"type": "string", "enum": ["blue", "green"]},
        "Zone": {"type": "string", "enum": [f"zone-{n}" for n in range(11)]},
        "Count": {"type": "integer", "min": 0, "max": 9},
        "Share": {"type": "double"},
        "Big": {"type": "boolean"},
        "Since": {"type": "timestamp"},
        "Names": {"type": "list", "member": {"shape": "Name"}, "max": 2},
        "Tags": {"type": "list", "member": {"shape": "Tag"}},
        "Tag": {"type": "structure", "members": {"Key": {"shape": "Java"}, "Value": {"shape": "Name"}}},
        "Java": {"type": "string", "max": 5, "pattern": "[\\p{L}]+"},
        "Labels": {"type": "map", "key": {"shape": "Java"}, "value": {"shape": "Count"}},
    }
)
THING = MODEL.get_shape_by_name("Thing")
SINCE = datetime(2026, 12, 31, 23, tzinfo=timezone.utc)


def api(**words):
    return to_api({"name": "web", **words}, THING, "thing")


def test_a_playbook_may_say_members_as_aws_does():
    said = {"Name": "web", "Count": "3", "Tags": [{"Key": "team", "Value": "red"}]}
    assert to_api(said, THING, "thing", str) == {**said, "Count": 3}
    with pytest.raises(Refused, match=r"thing\.Cuont: no such member in botocore \S+; did you mean Count\?"):
        to_api({"Name": "web", "Cuont": 3}, THING, "thing", str)
    with pytest.raises(Refused, match=r"thing\.Name: must be given"):
        to_api({"Count": 3}, THING, "thing", str)


def test_an_answer_holds_what_was_said_and_may_hold_more_of_a_structure_alone():
    said = {"Name": "web", "Tags": [{"Key": "team"}], "Labels": {"a": 1}}
    assert holds({**said, "Count": 3, "Tags": [{"Key": "team", "Value": "a"}]}, said, THING)
    assert not holds({**said, "Labels": {"a": 1, "b": 2}}, said, THING)
    assert not holds({**said, "Tags": [{"Key": "team"}, {"Key": "app"}]}, said, THING)
    assert not holds({"Name": "web"}, said, THING)


@pytest.mark.parametrize(
    ("words", "member"),
    [
        ({"count": 3}, {"Count": 3}),
        ({"count": "3"}, {"Count": 3}),
        ({"share": "0.5"}, {"Share": 0.5}),
        ({"big": True}, {"Big": True}),
        ({"big": "yes"}, {"Big": True}),
        ({"big": "False"}, {"Big": False}),
        ({"name": 123}, {"Name": "123"}),
        ({"since": "2026-12-31T23:00:00Z"}, {"Since": SINCE}),
        ({"since": "2026-12-31T23:00:00"}, {"Since": SINCE}),
        ({"target_group_arns": ["aa", "bb"]}, {"TargetGroupARNs": ["aa", "bb"]}),
        ({"tags": {"b": "22", "a": 11}}, {"Tags": [{"Key": "a", "Value": "11"}, {"Key": "b", "Value": "22"}]}),
        ({"tags": [{"key": "a", "value": "11"}]}, {"Tags": [{"Key": "a", "Value": "11"}]}),
        ({"labels": {"a": "1"}}, {"Labels": {"a": 1}}),
        ({"inner": {"http_tokens": "must"}}, {"Inner": {"HttpTokens": "must"}}),
        ({"inner": None}, {}),
        ({"target_group_arns": []}, {"TargetGroupARNs": []}),
    ],
)
def test_playbook_words_become_api_words_of_the_models_type(words, member):
    assert api(**words) == {"Name": "web", **member}


def test_a_later_value_is_taken_as_it_is():
    later = Later("make", "Id")
    assert api(count=later)["Count"] is later


@pytest.mark.parametrize(
    ("words", "because"),
    [
        ({"colour": "blue"}, r"thing.colour: no such member in botocore .*; did you mean color\?"),
        ({"Color": "blue"}, r"thing.Color: no such member in botocore .*; did you mean color\?"),
        ({"inner": {"http_token": "x"}}, r"thing.inner.http_token: no such member in botocore .*; did you mean http_tokens\?"),
        ({"unheard_of": 1}, "thing.unheard_of: no such member in botocore .*; if AWS has it, a newer botocore may know it"),
        ({"name": None}, "thing.name: must be given"),
        ({"name": "w"}, "thing.name: 1 characters, and at least 2 needed"),
        ({"name": "website"}, "thing.name: 7 characters, and at most 5 allowed"),
        ({"name": "a b"}, r"thing.name: a b has characters that AWS refuses; the pattern is \[\\w-\]\+"),
        ({"name": "größe"}, "thing.name: größe has characters that AWS refuses"),
        ({"name": True}, "thing.name: must be a string, and YAML reads an unquoted yes, no, true or false as a boolean"),
        ({"name": ["web"]}, r'thing.name: must be a string, not \["web"\]'),
        ({"color": "red"}, "thing.color: red is none of blue, green"),
        ({"zone": "zone-x"}, r"thing.zone: botocore .* knows no zone-x; did you mean zone-"),
        ({"zone": "nowhere"}, "thing.zone: botocore .* knows no nowhere; a newer botocore may know it"),
        ({"count": "many"}, 'thing.count: must be a whole number, not "many"'),
        ({"count": True}, "thing.count: must be a whole number, not true"),
        ({"count": 1.5}, "thing.count: must be a whole number, not 1.5"),
        ({"count": 10}, "thing.count: 10, and at most 9 allowed"),
        ({"count": -1}, "thing.count: -1, and at least 0 needed"),
        ({"share": "half"}, 'thing.share: must be a number, not "half"'),
        ({"share": "nan"}, 'thing.share: must be a number, not "nan"'),
        ({"big": "perhaps"}, 'thing.big: must be true or false, not "perhaps"'),
        ({"since": "soon"}, 'thing.since: must be a time as in 2026-12-31T23:00:00Z, not "soon"'),
        ({"target_group_arns": "aa"}, 'thing.target_group_arns: must be a list, not "aa"'),
        ({"target_group_arns": ["aa", "b"]}, r"thing.target_group_arns\[1\]: 1 characters, and at least 2 needed"),
        ({"target_group_arns": ["aa", "bb", "cc"]}, "thing.target_group_arns: 3 items, and at most 2 allowed"),
        ({"tags": {"toolong": "11"}}, "thing.tags.toolong: 7 characters, and at most 5 allowed"),
        ({"tags": {"a": "1"}}, "thing.tags.a: 1 characters, and at least 2 needed"),
        ({"labels": [1]}, r"thing.labels: must be a dictionary, not \[1\]"),
        ({"labels": {"a": "x"}}, 'thing.labels.a: must be a whole number, not "x"'),
        ({"inner": "x"}, 'thing.inner: must be a dictionary, not "x"'),
    ],
)
def test_what_the_model_does_not_allow_is_refused_with_its_path_and_the_right_form(words, because):
    with pytest.raises(Refused, match=f"^{because}"):
        api(**words)


@pytest.mark.parametrize("words", [{"count": 2**31}, {"count": -(2**70)}])
def test_a_number_that_aws_cannot_count_with_is_refused(words):
    with pytest.raises(Refused, match=r"^thing\.count: -?\d+ is no number that AWS can count with"):
        api(**words)


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_beyond_the_calendar_is_refused(when):
    with pytest.raises(Refused, match=r"^thing\.since: must be a time"):
        api(since=when)


@pytest.mark.parametrize("value", ["größe", "名前", "a b", "a\u3000b", "١٢", "x:y/z"])
def test_a_pattern_by_unicodes_categories_takes_what_is_of_them(value):
    assert fits(value, TAG)


@pytest.mark.parametrize("value", ["no;te", "a&b", "(v2)!", "a\nb", "\U0001f511", "²⁽"])
def test_a_pattern_by_unicodes_categories_refuses_the_rest(value):
    assert not fits(value, TAG)


@pytest.mark.parametrize(("value", "fitting"), [("a\tb\nö\U0001f511", True), ("a\x00b", False), ("a\x1fb", False), ("\ufffe", False)])
def test_a_pattern_with_pairs_of_surrogates_is_read_as_what_they_stand_for(value, fitting):
    assert fits(value, XML) == fitting


def test_a_pattern_that_python_cannot_read_refuses_nothing():
    assert fits("größe", r"[\p{Sc}]+")


def test_a_tag_of_any_letters_is_taken():
    assert api(tags={"größe": "11"})["Tags"] == [{"Key": "größe", "Value": "11"}]


def test_api_words_become_playbook_words_ready_for_json():
    answer = {"TargetGroupARNs": ["aa"], "Inner": {"HttpTokens": "must"}, "Since": SINCE, "OnlyInAnswers": 1}
    assert to_words(answer, THING) == {
        "target_group_arns": ["aa"],
        "inner": {"http_tokens": "must"},
        "since": "2026-12-31T23:00:00+00:00",
    }


def test_what_a_request_cannot_say_is_cut_out_of_an_answer_at_any_depth():
    answer = {"Name": "web", "Id": 1, "Inner": {"HttpTokens": "must", "State": "applied"}, "Tags": [{"Key": "a", "Owner": 1}]}
    assert within(answer, THING) == {"Name": "web", "Inner": {"HttpTokens": "must"}, "Tags": [{"Key": "a"}]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": []}, {}),
        ({"a": {"b": {}}}, {}),
        ({"a": None}, {}),
        ({"a": ""}, {}),
        ({"a": [{}, ""]}, {}),
        ({"a": ["x"]}, {"a": ["x", "x"]}),
        ({"a": SINCE.replace(microsecond=5)}, {"a": SINCE.replace(microsecond=0)}),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}),
        ({"a": [{"n": 1}, {"n": 2}]}, {"a": [{"n": 2}, {"n": 1}]}),
        ({"a": SINCE}, {"a": SINCE.astimezone(timezone(timedelta(hours=2)))}),
    ],
)
def test_what_aws_takes_for_the_same_means_the_same(one, other):
    assert meaning(one) == meaning(other)


def test_an_item_that_says_nothing_is_not_sent():
    assert api(tags=[{}, {"key": "team"}])["Tags"] == [{"Key": "team"}]


@pytest.mark.parametrize(("one", "other"), [({"a": 0}, {}), ({"a": False}, {}), ({"a": [0]}, {}), ({"a": [{"n": 1}]}, {"a": [{"n": 1}, {"n": 1}]})])
def test_what_aws_tells_apart_means_two_things(one, other):
    assert meaning(one) != meaning(other)


def test_a_hint_is_given_only_where_a_word_is_close():
    assert closest("iamge_id", ["image_id", "key_name"]) == "; did you mean image_id?"
    assert closest("something", ["image_id", "key_name"]) == ""


def test_a_value_in_an_error_is_never_so_long_that_it_hides_the_error():
    assert len(described("x" * 1000)) == 60


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_what_only_a_newer_botocore_knows_is_refused_with_its_version(name):
    older = SimpleNamespace(name=name, type_name="structure", members={}, required_members=(), metadata={})
    for word in MEMBERS[name]:
        with pytest.raises(Refused, match=rf"thing\.{word}: no such member in botocore .*; botocore {KNOWN_BY} knows it$"):
            to_api({word: "x"}, older, "thing")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("launch_template.user_data", "a structure"),
        ("fleet[3].launch_template.user_data", "a structure"),
        ("fleet[3].launch_template.userdata", "a structure"),
        ("launch_template.key_name", '{"password": "secret"}'),
        ("user_data.key_name", '{"password": "secret"}'),
    ],
)
def test_a_structure_in_the_place_of_a_secret_text_is_not_shown(path, told):
    with pytest.raises(Refused) as refused:
        to_api({"password": "secret"}, StringShape("Text", {"type": "string"}), path)
    assert str(refused.value) == f"{path}: must be a string, not {told}"
