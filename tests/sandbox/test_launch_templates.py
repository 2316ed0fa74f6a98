# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launch templates and their versions, after EC2's API reference, its service model and its user guide (launch-template-restrictions)."""

from __future__ import annotations

from datetime import datetime, timezone

import botocore.session
import pytest

MODEL = botocore.session.get_session().get_service_model("ec2")
DATA = MODEL.shape_for("RequestLaunchTemplateData")
LIKE = {"integer": 3, "long": 3, "boolean": True, "double": 1.5, "float": 1.5, "timestamp": datetime(2030, 1, 1, tzinfo=timezone.utc)}


def anything(shape, name):
    """A value for every leaf below a shape."""
    if shape.type_name == "structure":
        return {member: anything(below, member) for member, below in shape.members.items()}
    if shape.type_name == "list":
        return [anything(shape.member, name)]
    if shape.type_name == "string":
        return shape.enum[-1] if shape.enum else ("dXNlcg==" if name == "UserData" else f"some {name}")
    return LIKE[shape.type_name]


def versions(ec2, **asked):
    return ec2.describe_launch_template_versions(**asked)["LaunchTemplateVersions"]


def numbers(found):
    return [(one["LaunchTemplateName"], one["VersionNumber"]) for one in found]


@pytest.mark.parametrize("member", sorted(DATA.members))
def test_every_member_of_the_template_comes_back_as_it_was_given(ec2, member):
    """The service model: ResponseLaunchTemplateData mirrors RequestLaunchTemplateData."""
    given = {member: anything(DATA.members[member], member)}
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=given)
    told = versions(ec2, LaunchTemplateName="web")[0]["LaunchTemplateData"]
    told.get("MetadataOptions", {}).pop("State", None)
    assert told == given


def test_a_tag_without_a_value_has_an_empty_one(ec2):
    """EC2 user guide, Using_Tags: a tag's value may be an empty string, and is one where none is given."""
    tagged = [{"ResourceType": "instance", "Tags": [{"Key": "team"}]}]
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"TagSpecifications": tagged})
    told = versions(ec2, LaunchTemplateName="web")[0]["LaunchTemplateData"]
    assert told["TagSpecifications"] == [{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": ""}]}]


def test_metadata_options_given_in_part_are_told_whole(ec2):
    """The service model: LaunchTemplateInstanceMetadataOptions has a State, and its request a default for each member."""
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"MetadataOptions": {"HttpTokens": "required"}})
    assert versions(ec2, LaunchTemplateName="web")[0]["LaunchTemplateData"]["MetadataOptions"] == {
        "State": "pending",
        "HttpTokens": "required",
        "HttpEndpoint": "enabled",
        "HttpProtocolIpv6": "disabled",
        "HttpPutResponseHopLimit": 1,
        "InstanceMetadataTags": "disabled",
    }


@pytest.mark.parametrize("name", ["ab", "x" * 129, "we b", "web:1", "wéb"])
def test_a_name_outside_ec2s_rule_is_refused(ec2, refused, name):
    """The service model's LaunchTemplateName; the code is in EC2's errors-overview."""
    code, message = refused(ec2.create_launch_template, LaunchTemplateName=name, LaunchTemplateData={})
    assert code == "InvalidLaunchTemplateName.MalformedException"
    assert "must be between 3 and 128 characters" in message


@pytest.mark.parametrize("name", ["web", "x" * 128, "a.b-c_d/(e)"])
def test_a_name_inside_ec2s_rule_is_taken(ec2, name):
    """The service model's LaunchTemplateName."""
    assert ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData={})["LaunchTemplate"]["LaunchTemplateName"] == name


def test_a_name_is_taken_once(ec2, refused, template):
    """errors-overview: InvalidLaunchTemplateName.AlreadyExistsException."""
    code, _message = refused(ec2.create_launch_template, LaunchTemplateName="web", LaunchTemplateData={})
    assert code == "InvalidLaunchTemplateName.AlreadyExistsException"


def test_the_same_token_gives_the_same_answer(ec2, template):
    """EC2 API reference, Run_Instance_Idempotency: ClientToken."""
    asked = {"LaunchTemplateName": "api", "LaunchTemplateData": {"InstanceType": "t3.micro"}, "ClientToken": "once"}
    assert ec2.create_launch_template(**asked)["LaunchTemplate"] == ec2.create_launch_template(**asked)["LaunchTemplate"]
    asked = {"LaunchTemplateName": "web", "LaunchTemplateData": {"InstanceType": "t3.large"}, "ClientToken": "again"}
    first, second = (ec2.create_launch_template_version(**asked)["LaunchTemplateVersion"]["VersionNumber"] for _time in range(2))
    assert (first, second) == (3, 3)


def test_the_same_token_with_other_parameters_is_refused(ec2, refused):
    """errors-overview: IdempotentParameterMismatch."""
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={}, ClientToken="once")
    code, _message = refused(ec2.create_launch_template, LaunchTemplateName="api", LaunchTemplateData={}, ClientToken="once")
    assert code == "IdempotentParameterMismatch"


def test_the_templates_tags_are_its_own_and_not_its_instances(ec2):
    """API_CreateLaunchTemplate: TagSpecification tags the template on creation."""
    own = [{"ResourceType": "launch-template", "Tags": [{"Key": "team", "Value": "a"}]}]
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "t3.micro"}, TagSpecifications=own)
    assert versions(ec2, LaunchTemplateName="web")[0]["LaunchTemplateData"] == {"InstanceType": "t3.micro"}
    assert ec2.describe_launch_templates()["LaunchTemplates"][0]["Tags"] == [{"Key": "team", "Value": "a"}]


def test_tags_made_later_show_too(ec2, template):
    """API_CreateTags, API_DescribeLaunchTemplates: filter tag:key."""
    ec2.create_tags(Resources=[template["LaunchTemplateId"]], Tags=[{"Key": "team", "Value": "a"}])
    found = ec2.describe_launch_templates(Filters=[{"Name": "tag:team", "Values": ["a"]}])["LaunchTemplates"]
    assert [one["Tags"] for one in found] == [[{"Key": "team", "Value": "a"}]]


def test_a_version_inherits_what_it_does_not_say_from_its_source(ec2, template):
    """API_CreateLaunchTemplateVersion: SourceVersion."""
    seen = versions(ec2, LaunchTemplateName="web", Versions=["2"])[0]["LaunchTemplateData"]
    assert seen["InstanceType"] == "t3.micro"
    assert seen["IamInstanceProfile"] == {"Name": "web"}


def test_a_version_without_source_starts_empty(ec2, template):
    """API_CreateLaunchTemplateVersion: nothing is inherited unless SourceVersion says so."""
    ec2.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "t3.nano"})
    assert versions(ec2, LaunchTemplateName="web", Versions=["3"])[0]["LaunchTemplateData"] == {"InstanceType": "t3.nano"}


def test_a_source_that_is_not_there_is_refused(ec2, refused, template):
    """errors-overview: InvalidLaunchTemplateId.VersionNotFound."""
    code, _message = refused(ec2.create_launch_template_version, LaunchTemplateName="web", SourceVersion="77", LaunchTemplateData={"InstanceType": "t3.nano"})
    assert code == "InvalidLaunchTemplateId.VersionNotFound"


def test_versions_are_deleted_one_by_one_but_never_the_default(ec2, template):
    """API_DeleteLaunchTemplateVersions: both lists of the answer; the words for the default version are the sandbox's own."""
    answer = ec2.delete_launch_template_versions(LaunchTemplateName="web", Versions=["1", "2", "77"])
    assert [one["VersionNumber"] for one in answer["SuccessfullyDeletedLaunchTemplateVersions"]] == [2]
    kept = [(one["VersionNumber"], one["ResponseError"]["Code"]) for one in answer["UnsuccessfullyDeletedLaunchTemplateVersions"]]
    assert kept == [(1, "unexpectedError"), (77, "launchTemplateVersionDoesNotExist")]


def test_a_number_is_never_given_twice(ec2, template):
    """EC2 user guide, delete-launch-template: a deleted version's number cannot be used again."""
    ec2.delete_launch_template_versions(LaunchTemplateName="web", Versions=["2"])
    made = ec2.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "t3.nano"})
    assert made["LaunchTemplateVersion"]["VersionNumber"] == 3
    assert numbers(versions(ec2, LaunchTemplateName="web")) == [("web", 3), ("web", 1)]


def test_latest_and_default_of_every_template_come_in_pages_and_once(ec2):
    """API_DescribeLaunchTemplateVersions: Versions without a template, MaxResults, NextToken."""
    for number in range(20):
        ec2.create_launch_template(LaunchTemplateName=f"web-{number}", LaunchTemplateData={"InstanceType": "t3.micro"})
    ec2.create_launch_template_version(LaunchTemplateName="web-0", LaunchTemplateData={"InstanceType": "t3.nano"})
    pages = list(ec2.get_paginator("describe_launch_template_versions").paginate(Versions=["$Latest", "$Default"], PaginationConfig={"PageSize": 8}))
    found = numbers([one for page in pages for one in page["LaunchTemplateVersions"]])
    assert len(pages) == 3
    assert sorted(found) == sorted([("web-0", 2), *((f"web-{number}", 1) for number in range(20))])


def test_all_templates_come_though_nobody_asks_for_pages(ec2):
    """API_DescribeLaunchTemplates: MaxResults up to 200, NextToken."""
    for number in range(20):
        ec2.create_launch_template(LaunchTemplateName=f"web-{number}", LaunchTemplateData={"InstanceType": "t3.micro"})
    pages = list(ec2.get_paginator("describe_launch_templates").paginate(PaginationConfig={"PageSize": 7}))
    assert len(ec2.describe_launch_templates()["LaunchTemplates"]) == 20
    assert [len(page["LaunchTemplates"]) for page in pages] == [7, 7, 6]


def test_versions_are_filtered_by_what_they_say(ec2, template):
    """API_DescribeLaunchTemplateVersions: Filters."""
    filtered = [{"Name": "instance-type", "Values": ["t3.micro"]}, {"Name": "iam-instance-profile", "Values": ["web"]}]
    assert numbers(versions(ec2, LaunchTemplateName="web", Filters=filtered)) == [("web", 2)]
    assert numbers(versions(ec2, LaunchTemplateName="web", Filters=[{"Name": "is-default-version", "Values": ["true"]}])) == [("web", 1)]


def test_the_default_version_is_moved_to_one_that_exists(ec2, refused, template):
    """API_ModifyLaunchTemplate."""
    assert ec2.modify_launch_template(LaunchTemplateName="web", DefaultVersion="2")["LaunchTemplate"]["DefaultVersionNumber"] == 2
    assert refused(ec2.modify_launch_template, LaunchTemplateName="web", DefaultVersion="77")[0] == "InvalidLaunchTemplateId.VersionNotFound"


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("delete_launch_template", {}),
        ("modify_launch_template", {"DefaultVersion": "1"}),
        ("create_launch_template_version", {"LaunchTemplateData": {"InstanceType": "t3.nano"}}),
        ("delete_launch_template_versions", {"Versions": ["1"]}),
        ("describe_launch_template_versions", {}),
    ],
)
def test_a_template_that_is_not_there_is_told_by_name_or_id(ec2, refused, operation, params):
    """errors-overview: InvalidLaunchTemplateName.NotFoundException, InvalidLaunchTemplateId.NotFound."""
    call = getattr(ec2, operation)
    by_name = ("InvalidLaunchTemplateName.NotFoundException", "The specified launch template, with template name nope, does not exist.")
    by_id = ("InvalidLaunchTemplateId.NotFound", "The specified launch template, with template ID lt-0123456789abcdef0, does not exist.")
    assert refused(call, LaunchTemplateName="nope", **params) == by_name
    assert refused(call, LaunchTemplateId="lt-0123456789abcdef0", **params) == by_id


def test_one_template_among_many_that_is_not_there_refuses_them_all(ec2, refused, template):
    """API_DescribeLaunchTemplates."""
    code, _message = refused(ec2.describe_launch_templates, LaunchTemplateNames=["web", "nope"])
    assert code == "InvalidLaunchTemplateName.NotFoundException"
    assert refused(ec2.describe_launch_templates, LaunchTemplateIds=["lt-0123456789abcdef0"])[0] == "InvalidLaunchTemplateId.NotFound"
