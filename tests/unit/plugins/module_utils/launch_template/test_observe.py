# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What EC2's answers about a launch template are read as."""

from __future__ import annotations

from dataclasses import replace

import botocore.session
import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.earlier import Earlier
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused, Refused
from ansible_collections.passrole.ec2.plugins.module_utils.launch_template.observe import (
    find_used,
    is_ours,
    observe,
    parse,
    refuse_missing_parts,
    with_image,
)
from ansible_collections.passrole.ec2.plugins.module_utils.launch_template.state import SIGN, Desired, Template

SHAPE = botocore.session.get_session().get_service_model("ec2").shape_for("RequestLaunchTemplateData")
GROUP = botocore.session.get_session().get_service_model("autoscaling").shape_for("AutoScalingGroup")
NONE = Earlier()
WANT = Desired("web", {"ImageId": "ami-1", "IamInstanceProfile": {"Name": "web"}})


def version(number, default=False, **data):
    return {
        "LaunchTemplateId": "lt-1",
        "LaunchTemplateName": "web",
        "VersionNumber": number,
        "DefaultVersion": default,
        "LaunchTemplateData": data,
    }


def answering(**answers):
    """A ``find`` that knows these operations; an exception among them is raised."""

    def find(_service, operation, **_params):
        answer = answers[operation]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return find


def profile(role="app"):
    roles = [{"RoleName": role}] if role else []
    return {"InstanceProfile": {"Arn": "arn:aws:iam::1:instance-profile/web", "Roles": roles}}


def test_the_latest_version_speaks_for_the_template_whatever_order_ec2_answers_in():
    template = parse([version(1, default=True, ImageId="ami-1"), version(3, ImageId="ami-3")], SHAPE)
    assert (template.version, template.default_version, template.data) == (3, 1, {"ImageId": "ami-3"})


def test_what_only_an_answer_can_say_is_left_out():
    template = parse([version(1, True, MetadataOptions={"State": "applied", "HttpTokens": "required"})], SHAPE)
    assert template.data == {"MetadataOptions": {"HttpTokens": "required"}}


def test_a_template_that_is_not_there_is_none():
    assert observe(WANT, answering(describe_launch_template_versions=None), NONE, SHAPE).template is None


def test_a_template_that_an_earlier_task_removed_is_gone_and_not_read():
    assert observe(WANT, answering(), Earlier({"launch_template": {"web": None}}), SHAPE).template is None


def tagged(**tags):
    return {"LaunchTemplates": [{"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}]}


def observed(want, **tags):
    answers = answering(
        describe_launch_template_versions={"LaunchTemplateVersions": [version(1, True)]},
        describe_launch_templates=tagged(**tags),
    )
    return observe(want, answers, NONE, SHAPE).template


def test_our_sign_is_told_apart_from_the_tags():
    template = observed(replace(WANT, tags={}), team="a", **SIGN)
    assert (template.tags, template.ours) == ({"team": "a"}, True)


def test_whose_a_template_is_who_adopts_it_asks():
    assert observed(replace(WANT, adopt=True), team="a").ours is False
    assert observed(WANT, team="a").ours is None


def test_whose_a_template_is_is_asked_where_it_is_not_known():
    unknown = Template("web", "lt-1", 1, 1, {})
    assert is_ours(unknown, answering(describe_launch_templates=tagged(**SIGN)))
    assert not is_ours(unknown, answering(describe_launch_templates=tagged(team="a")))
    assert is_ours(replace(unknown, ours=True), answering())


SPEC = {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "web"}
OTHER = {"LaunchTemplateId": "lt-2", "LaunchTemplateName": "other", "Version": "9"}


def used(groups=(), instances=(), after=None, gone=()):
    tagged = [{"InstanceId": f"i-{version}", "Tags": [{"Key": "aws:ec2launchtemplate:version", "Value": version}]} for version in instances]
    answers = answering(
        describe_auto_scaling_groups={"AutoScalingGroups": list(groups)},
        describe_instances={"Reservations": [{"Instances": tagged}]},
    )
    return find_used(Template("web", "lt-1", 9, 9, {}), answers, after or {}, GROUP, gone)


def test_a_version_is_used_by_a_group_or_one_of_its_overrides_or_an_instance():
    policy = {
        "LaunchTemplate": {
            "LaunchTemplateSpecification": {**SPEC, "Version": "2"},
            "Overrides": [{"LaunchTemplateSpecification": {**SPEC, "Version": "3"}}, {"LaunchTemplateSpecification": OTHER}],
        }
    }
    groups = [
        {"AutoScalingGroupName": "one", "LaunchTemplate": {**SPEC, "Version": "1"}},
        {"AutoScalingGroupName": "two", "MixedInstancesPolicy": policy},
        {"AutoScalingGroupName": "three", "LaunchTemplate": OTHER, "Instances": [{"InstanceId": "i-4", "LaunchTemplate": {**SPEC, "Version": "4"}}]},
    ]
    assert used(groups, instances=["5"]) == {"1", "2", "3", "4", "5"}


def test_a_group_that_moves_on_uses_what_it_moves_to_and_what_its_instances_run_till_they_are_gone():
    running = {"InstanceId": "i-2", "LaunchTemplate": {**SPEC, "Version": "2"}}
    now = {"AutoScalingGroupName": "web", "LaunchTemplate": {**SPEC, "Version": "1"}, "Instances": [running]}
    after = {"auto_scaling_group_name": "web", "launch_template": {"launch_template_id": "lt-1", "version": "3"}}
    assert used([now], instances=["2"], after=after) == {"2", "3"}
    assert used([now], instances=["2"], after=after, gone=["i-2"]) == {"3"}


def test_stopped_instances_use_their_version_as_running_ones_do():
    asked = []

    def find(_service, operation, **params):
        asked.append(params.get("Filters"))
        return {"AutoScalingGroups": [], "Reservations": []}

    find_used(Template("web", "lt-1", 9, 9, {}), find, {}, GROUP)
    assert {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]} in asked[1]


def test_a_version_that_is_named_by_its_templates_name_alone_is_used():
    assert used([{"AutoScalingGroupName": "one", "LaunchTemplate": {"LaunchTemplateName": "web", "Version": "1"}}]) == {"1"}


@pytest.mark.parametrize("said", [{"default_version": "2"}, {"launch_version": "2"}])
def test_an_older_version_that_is_asked_for_by_number_is_looked_for(said):
    told = {"$Latest": [version(1, default=True), version(3)], "2": [version(2)]}

    def find(_service, _operation, absent, **params):
        numbers = params.get("Versions")
        found = [one for number in numbers if number in told for one in told[number]]
        return {"LaunchTemplateVersions": found} if found else None

    assert observe(replace(WANT, **said), find, NONE, SHAPE).template.numbers == (1, 2, 3)
    del told["2"]
    assert observe(replace(WANT, **said), find, NONE, SHAPE).template.numbers == (1, 3)


def test_all_versions_are_read_only_where_some_are_to_go():
    asked = {}

    def find(_service, _operation, **params):
        asked.update(params)
        return {"LaunchTemplateVersions": [version(1, ImageId="ami-1"), version(2, default=True), version(4)]}

    assert observe(replace(WANT, keep_versions=2), find, NONE, SHAPE).template.numbers == (1, 2, 4)
    assert "Versions" not in asked


def test_an_image_that_is_not_there_is_refused_in_ec2s_words():
    missing = CallRefused("InvalidAMIID.NotFound", "The image id '[ami-1]' does not exist")
    with pytest.raises(Refused, match=r"launch_template\.image_id: The image id '\[ami-1\]' does not exist"):
        refuse_missing_parts(WANT, answering(describe_images=missing), NONE)


def test_the_image_that_a_parameter_holds_is_looked_for():
    by_parameter = replace(WANT, data={**WANT.data, "ImageId": "resolve:ssm:/golden"}, parameter_holds="ami-1")
    missing = CallRefused("InvalidAMIID.NotFound", "The image id '[ami-1]' does not exist")
    with pytest.raises(Refused, match=r"launch_template\.image_id: The image id"):
        refuse_missing_parts(by_parameter, answering(describe_images=missing), NONE)


def test_a_parameter_tells_the_image():
    by_parameter = Desired("web", image_parameter="/golden")
    assert with_image(by_parameter, answering(get_parameter={"Parameter": {"Value": "ami-1"}})).image == "ami-1"


@pytest.mark.parametrize(
    ("answer", "because"),
    [
        (CallRefused("ParameterNotFound", ""), "there is no Systems Manager parameter /golden"),
        ({"Parameter": {"Value": "secret"}}, "parameter /golden holds no image's id$"),
    ],
)
def test_a_parameter_that_tells_no_image_is_refused(answer, because):
    with pytest.raises(Refused, match=because):
        with_image(Desired("web", image_parameter="/golden"), answering(get_parameter=answer))


NAMING = {
    "SecurityGroupIds": ["sg-1"],
    "SecurityGroups": ["web"],
    "KeyName": "ops",
    "NetworkInterfaces": [{"Groups": ["sg-1"]}, {"Groups": ["sg-2"], "SubnetId": "subnet-1"}],
}


@pytest.mark.parametrize(
    ("operation", "code", "missing", "path"),
    [
        ("describe_security_groups", "InvalidGroup.NotFound", "sg-1", r"security_group_ids"),
        ("describe_security_groups", "InvalidGroupId.Malformed", "sg-2", r"network_interfaces\[1\]\.groups"),
        ("describe_key_pairs", "InvalidKeyPair.NotFound", "ops", "key_name"),
        ("describe_subnets", "InvalidSubnetID.NotFound", "subnet-1", r"network_interfaces\[1\]\.subnet_id"),
    ],
)
def test_whatever_else_a_template_names_is_refused_where_it_is_named(operation, code, missing, path):
    answers = {"describe_images": {}, "describe_security_groups": {}, "describe_key_pairs": {}, "describe_subnets": {}}
    absent = CallRefused(code, f"'{missing}' does not exist")
    with pytest.raises(Refused, match=rf"^launch_template\.{path}: '{missing}' does not exist"):
        refuse_missing_parts(replace(WANT, data={**WANT.data, **NAMING}), answering(**{**answers, operation: absent}), NONE)


def test_security_groups_are_asked_for_by_id_and_by_name_each_once():
    asked = []

    def find(_service, operation, **params):
        asked.append(params)
        return profile() if operation == "get_instance_profile" else {}

    refuse_missing_parts(replace(WANT, data={**WANT.data, **NAMING}), find, NONE)
    assert asked[1:3] == [{"GroupIds": ["sg-1", "sg-2"]}, {"GroupNames": ["web"]}]
    assert len(asked) == 6  # image, security groups by id and by name, subnets, key pair, profile


@pytest.mark.parametrize(
    ("answer", "because"),
    [(None, "there is no instance profile web"), (profile(role=None), "instance profile web holds no role")],
)
def test_a_profile_that_gives_no_credentials_is_refused(answer, because):
    with pytest.raises(Refused, match=because):
        refuse_missing_parts(WANT, answering(describe_images={}, get_instance_profile=answer), NONE)


def test_a_profile_that_an_earlier_task_made_is_there_and_not_read():
    earlier = Earlier({"instance_profile": {"web": {"path": "/", "role": "app"}}})
    refuse_missing_parts(WANT, answering(describe_images={}), earlier)


def test_a_profile_that_an_earlier_task_removed_is_refused():
    with pytest.raises(Refused, match="there is no instance profile web"):
        refuse_missing_parts(WANT, answering(describe_images={}), Earlier({"instance_profile": {"web": None}}))


def test_an_arn_that_is_not_the_profiles_own_is_refused():
    want = Desired("web", {"IamInstanceProfile": {"Arn": "arn:aws:iam::1:instance-profile/other/web"}})
    with pytest.raises(Refused, match="there is no arn:aws:iam::1:instance-profile/other/web"):
        refuse_missing_parts(want, answering(get_instance_profile=profile()), NONE)
