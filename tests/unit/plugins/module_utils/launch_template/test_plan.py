# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is decided about one launch template."""

from __future__ import annotations

import base64
import gzip
from dataclasses import replace

import botocore.session
import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import shown
from ansible_collections.passrole.ec2.plugins.module_utils.core.tags import tag_list
from ansible_collections.passrole.ec2.plugins.module_utils.launch_template.plan import foreign, plan, pruning, surplus
from ansible_collections.passrole.ec2.plugins.module_utils.launch_template.state import SIGN, Desired, Observed, Template, differing

SHAPE = botocore.session.get_session().get_service_model("ec2").shape_for("RequestLaunchTemplateData")
DATA = {"ImageId": "ami-1", "IamInstanceProfile": {"Name": "web"}, "SecurityGroupIds": ["sg-1", "sg-2"]}
WANT = Desired("web", DATA)
WEB = Template("web", "lt-1", version=3, default_version=3, data=DATA, tags={"team": "a"})
NOTHING = Observed(None)


def planned(want, now=WEB):
    return plan(want, Observed(now), SHAPE)


def told(want, now=WEB):
    return [step.summary for step in planned(want, now)]


def test_a_missing_template_is_created_with_its_profile():
    assert told(WANT, None) == ["create launch template web with instance profile web"]


def test_tags_of_a_new_template_are_tags_of_the_template():
    (create,) = planned(replace(WANT, tags={"b": "2", "a": "1"}), None)
    assert create.params["TagSpecifications"] == [
        {"ResourceType": "launch-template", "Tags": [*tag_list({"a": "1", "b": "2"}), *tag_list(SIGN)]}
    ]


def test_changed_data_make_one_version_that_becomes_the_default():
    assert told(replace(WANT, data={**DATA, "ImageId": "ami-2"})) == [
        "add a version to launch template web: ImageId",
        "make that version the default of launch template web",
    ]


def test_what_is_taken_out_of_the_declaration_leaves_the_template():
    (version, _default) = planned(replace(WANT, data={"IamInstanceProfile": {"Name": "web"}}))
    assert version.params["LaunchTemplateData"] == {"IamInstanceProfile": {"Name": "web"}}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(DATA, id="the same"),
        pytest.param({**DATA, "SecurityGroupIds": ["sg-2", "sg-1"]}, id="in another order"),
        pytest.param({**DATA, "IamInstanceProfile": {"Arn": "arn:aws:iam::1:instance-profile/web"}}, id="profile by ARN"),
        pytest.param({**DATA, "SecurityGroups": [], "Placement": {}}, id="with empty members"),
    ],
)
def test_data_of_the_same_meaning_make_no_version(data):
    assert told(replace(WANT, data=data)) == []


def test_user_data_packed_by_another_zlib_make_no_version():
    text, packed = b"#!/bin/sh", [gzip.compress(b"#!/bin/sh", level, mtime=0) for level in (0, 9)]
    one, other, plain = (base64.b64encode(raw).decode() for raw in (*packed, text))
    for user_data in (other, plain):
        assert told(replace(WANT, data={**DATA, "UserData": user_data}), replace(WEB, data={**DATA, "UserData": one})) == []


def test_a_new_description_alone_makes_no_version():
    assert told(replace(WANT, version_description="version2")) == []


def test_a_default_that_someone_moved_comes_back():
    assert told(WANT, replace(WEB, default_version=1)) == ["make version 3 the default of launch template web"]


def test_a_declared_default_stays():
    assert told(replace(WANT, default_version="1"), replace(WEB, default_version=1, numbers=(1, 3))) == []


def test_a_template_is_adopted_before_it_is_changed():
    changed = replace(WANT, adopt=True, data={**DATA, "ImageId": "ami-2"})
    assert told(changed, replace(WEB, ours=False))[0] == "adopt launch template web"
    assert "adopt launch template web" not in told(changed, replace(WEB, ours=True))


def test_a_template_of_someone_else_is_refused_with_what_differs():
    want = replace(WANT, data={**DATA, "ImageId": "ami-2", "UserData": "c2VjcmV0"}, tags={"team": "b"})
    said = str(foreign(want, WEB, SHAPE))
    assert said.startswith("launch_template: launch template web was made by someone else and differs: ")
    assert 'user_data is unset and not "sha256:' in said
    assert 'image_id is "ami-1" and not "ami-2"' in said
    assert 'tags are {"team": "a"}. adopt: true takes it over' in said


def test_a_default_version_that_someone_else_chose_differs():
    assert "default_version is 1 and not 3" in str(foreign(WANT, replace(WEB, default_version=1), SHAPE))


def test_a_template_of_someone_else_is_not_deleted_unasked():
    assert str(foreign(replace(WANT, present=False), WEB, SHAPE)).endswith("made by someone else; adopt: true lets it be deleted")


def pruned(want, now, used=()):
    return [step.summary for step in pruning(want, now, set(used))]


OLD = replace(WEB, version=5, default_version=5, numbers=(1, 2, 3, 4, 5))


def test_versions_are_all_kept_unless_said_otherwise():
    assert surplus(WANT, OLD) == []
    assert surplus(replace(WANT, keep_versions=1), None) == []


def test_the_oldest_versions_go_first():
    assert pruned(replace(WANT, keep_versions=3), OLD) == ["delete versions 1, 2 of launch template web"]


def test_a_new_version_counts_among_those_kept():
    assert surplus(replace(WANT, keep_versions=2, data={**DATA, "ImageId": "ami-2"}), OLD) == [1, 2, 3, 4]


@pytest.mark.parametrize("named", [{"default_version": "2"}, {"launch_version": "2"}])
def test_a_version_that_the_declaration_names_stays(named):
    assert surplus(replace(WANT, keep_versions=2, **named), OLD) == [1, 3]


def test_a_version_in_use_stays():
    assert pruned(replace(WANT, keep_versions=3), OLD, used={"2", "$Latest"}) == ["delete version 1 of launch template web"]


def test_many_versions_go_by_two_hundred():
    many = replace(OLD, numbers=tuple(range(1, 203)), version=202, default_version=202)
    assert [len(step.params["Versions"]) for step in pruning(replace(WANT, keep_versions=1), many, set())] == [200, 1]


def test_tags_are_left_alone_when_not_declared():
    assert told(replace(WANT, tags=None)) == []


def test_tags_are_purged_and_set():
    assert told(replace(WANT, tags={"cost": "1"})) == ["remove tags from launch template web", "tag launch template web"]


def test_tags_of_aws_itself_are_not_purged():
    assert told(replace(WANT, tags={}), replace(WEB, tags={"aws:cloudformation:stack-name": "s"})) == []


def test_a_template_that_is_to_go_is_deleted_by_id():
    (delete,) = planned(replace(WANT, present=False))
    assert delete.params == {"LaunchTemplateId": "lt-1"}


def test_the_absence_of_what_is_absent_is_no_change():
    assert told(replace(WANT, present=False), None) == []


@pytest.mark.parametrize("option", ["default_version", "launch_version"])
def test_a_version_that_will_not_be_there_is_refused(option):
    with pytest.raises(Refused, match="launch template web has no version 7; its newest is 3"):
        planned(replace(WANT, **{option: "7"}))


@pytest.mark.parametrize("option", ["default_version", "launch_version"])
def test_a_version_that_was_pruned_is_refused(option):
    pruned = replace(WEB, numbers=(1, 3))
    planned(replace(WANT, **{option: "1"}), pruned)
    with pytest.raises(Refused, match="launch template web has no version 2; its newest is 3"):
        planned(replace(WANT, **{option: "2"}), pruned)


def test_what_only_aws_knows_is_not_foretold():
    result = shown(planned(WANT, None).result)["launch_template"]
    assert result["launch_template_id"] == result["version_number"] == "(known after apply)"


def test_user_data_never_shows_in_the_diff():
    after = planned(replace(WANT, data={**DATA, "UserData": "c2VjcmV0"})).after
    assert "c2VjcmV0" not in str(after)


def test_what_aws_fills_in_shows_in_no_diff():
    filled_in = {**DATA, "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 1}}
    declared = {**DATA, "MetadataOptions": {"HttpTokens": "required"}}
    found = planned(replace(WANT, data={**declared, "ImageId": "ami-2"}), replace(WEB, data=filled_in))
    before, after = (state["launch_template"]["data"]["metadata_options"] for state in (found.before, found.after))
    assert before == after == {"http_tokens": "required"}


def test_what_aws_fills_in_is_no_difference_until_it_is_declared():
    filled_in = {**DATA, "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}}
    assert differing(filled_in, {**DATA, "MetadataOptions": {"HttpTokens": "required"}}) == []
    assert differing({**DATA, "MetadataOptions": {"HttpTokens": "required"}}, filled_in) == ["MetadataOptions"]
