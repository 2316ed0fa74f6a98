# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who still uses a profile or a template, how few reads find them, and in which words they are told."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.earlier import Earlier
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused, NoRegion, StillUsed
from ansible_collections.passrole.ec2.plugins.module_utils.core.users import (
    Look,
    ProfileInUse,
    Users,
    find_profile_users,
    listed,
    refuse_used,
    users_of_template,
)

from tests.support.fake_region import Region, group, instance, naming, version

ARN = "arn:aws:iam::123456789012:instance-profile/web"
ONLY = {"DefaultVersion": True, "Latest": True}
FOUR_READS = ["describe_auto_scaling_groups", "describe_launch_template_versions", "describe_launch_configurations", "describe_instances"]


def users(region, **outcome):
    return find_profile_users(Look(region, Earlier(outcome)), [ProfileInUse("web", arn=ARN)], "eu-west-1")


def found(region, **outcome):
    return list(users(region, **outcome).found)


def of_template(region, leaving=None, **outcome):
    return list(users_of_template("lt-web", "web", leaving, region, Earlier(outcome), "eu-west-1").found)


def refusal(seen):
    with pytest.raises(StillUsed) as refused:
        refuse_used("state", "profile web", seen, harm="it breaks", way_out="End them first", force="force_delete")
    return refused.value


def test_an_unused_profile_has_no_users_and_four_reads_tell_so():
    region = Region(versions=[version("other", 1, "other", **ONLY)])
    assert not users(region)
    assert sorted(region.asked) == sorted(FOUR_READS)


def test_a_group_uses_the_profile_by_the_version_it_names_which_a_template_may_have_left_behind():
    versions = [version("web", 1, "web"), version("web", 2, "new", **ONLY)]
    region = Region([group("web", LaunchTemplate=naming("web", "1"))], versions)
    assert found(region) == ["group web (launch template web, version 1)"]
    assert region.asked.count("describe_launch_template_versions") == 2


def test_the_numbers_that_groups_name_are_one_read_for_each_template():
    versions = [version("web", one, "web") for one in (1, 2)] + [version("web", 3, "new", **ONLY)]
    region = Region([group(name, LaunchTemplate=naming("web", name[-1])) for name in ("a1", "b2", "c2", "d3")], versions)
    assert [user.split()[1] for user in found(region)] == ["a1", "b2", "c2"]
    assert region.asked.count("describe_launch_template_versions") == 2


@pytest.mark.parametrize(("moving", "uses"), [("$Latest", False), ("$Default", True)])
def test_a_group_that_follows_a_version_uses_what_that_carries_now(moving, uses):
    versions = [version("web", 1, "web", DefaultVersion=True), version("web", 2, "new", Latest=True)]
    told = f"group web (launch template web, version {moving})"
    assert (told in found(Region([group("web", LaunchTemplate=naming("web", moving))], versions))) == uses


def test_a_template_uses_the_profile_by_its_latest_and_by_its_default_version():
    versions = [version("both", 1, "web", DefaultVersion=True), version("both", 2, "web", Latest=True)]
    assert found(Region(versions=[*versions, version("one", 7, "web", **ONLY)])) == [
        "launch template both (version 1 and 2)",
        "launch template one (version 7)",
    ]


def test_a_mixed_group_uses_the_profiles_of_its_overrides_too():
    own, other = naming("own", "1"), naming("other", "1")
    mixed = {"LaunchTemplate": {"LaunchTemplateSpecification": own, "Overrides": [{"InstanceType": "t3.micro"}, {"LaunchTemplateSpecification": other}]}}
    versions = [version("own", 1, "new", **ONLY), version("other", 1, "web", **ONLY)]
    assert "group web (launch template other, version 1)" in found(Region([group("web", MixedInstancesPolicy=mixed)], versions))


@pytest.mark.parametrize("said", ["web", ARN])
def test_a_launch_configuration_uses_the_profile_with_a_group_and_without(said):
    configurations = [{"LaunchConfigurationName": name, "IamInstanceProfile": said} for name in ("lc", "unused")]
    assert found(Region([group("web", LaunchConfigurationName="lc")], configurations=configurations)) == [
        "group web (launch configuration lc)",
        "launch configuration lc",
        "launch configuration unused",
    ]


def test_instances_are_told_with_their_group_and_their_state():
    assert found(Region(instances=[instance(1, of="web"), instance(2, "stopped")])) == [
        "instance i-1 of group web (running)",
        "instance i-2 (stopped)",
    ]


def test_what_names_a_template_that_is_gone_uses_nothing():
    assert found(Region([group("web", LaunchTemplate=naming("gone", "1"))])) == []


def test_what_earlier_tasks_removed_uses_nothing_any_more_even_while_aws_shows_it():
    region = Region(
        [group("web", LaunchTemplate=naming("web", "1"))],
        [version("web", 1, "web", **ONLY)],
        [{"LaunchConfigurationName": "lc", "IamInstanceProfile": "web"}],
        [instance(1, of="web")],
    )
    assert found(region, auto_scaling_group={"web": None}, launch_template={"web": None}, launch_configuration={"lc": None}) == []


def test_what_earlier_tasks_moved_away_uses_nothing_any_more_even_while_aws_shows_it():
    moved = {"instance_profile": "new"}
    region = Region([group("web", LaunchTemplate=naming("web", "1"))], [version("web", 1, "web", **ONLY)])
    assert found(region, auto_scaling_group={"web": moved}, launch_template={"web": moved}) == []
    line = {"web": {"launch_configuration_name": "web-2", "instance_profile": "new", "deleted": ["web"]}}
    configurations = [{"LaunchConfigurationName": "web", "IamInstanceProfile": "web"}]
    assert found(Region(configurations=configurations), launch_configuration=line) == []


def test_what_earlier_tasks_made_uses_the_profile_even_before_aws_shows_it():
    made = {"instance_profile": "web"}
    line = {"web": {"launch_configuration_name": "lc", **made, "deleted": []}}
    assert found(Region(), auto_scaling_group={"web": made}, launch_template={"web": made}, launch_configuration=line) == [
        "group web",
        "launch configuration lc",
        "launch template web",
    ]


def test_of_what_an_earlier_task_cannot_tell_aws_tells():
    region = Region([group("web", LaunchTemplate=naming("web", "1"))], [version("web", 1, "web", **ONLY)])
    assert found(region, auto_scaling_group={"web": {}}, launch_template={"web": {}}) == found(region)


def test_another_group_that_follows_a_template_which_moved_has_moved_with_it():
    region = Region([group("other", LaunchTemplate=naming("web", "$Latest"))], [version("web", 1, "web", **ONLY)])
    assert found(region, launch_template={"web": {"instance_profile": "new"}}) == []


def test_a_profile_whose_account_is_not_known_is_found_by_its_path_and_name():
    assert ProfileInUse("web", "/team/").filtered_by == "arn:*:iam::*:instance-profile/team/web"
    assert ProfileInUse("web", "/a*b/").filtered_by == "arn:*:iam::*:instance-profile/a\\*b/web"
    assert ProfileInUse("web", arn=ARN).filtered_by == ARN


def test_groups_use_a_template_in_any_of_its_versions_and_in_overrides():
    mixed = {"LaunchTemplate": {"LaunchTemplateSpecification": naming("own", "1"), "Overrides": [{"LaunchTemplateSpecification": naming("web", "1")}]}}
    by_name = {"LaunchTemplateName": "web"}
    groups = [group("a", LaunchTemplate=naming("web", "1")), group("b", MixedInstancesPolicy=mixed), group("c", LaunchTemplate=by_name)]
    region = Region([*groups, group("d", LaunchTemplate=naming("webs", "1")), group("e", LaunchConfigurationName="web")])
    assert of_template(region) == ["group a", "group b", "group c"]
    assert region.asked == ["describe_auto_scaling_groups"]
    assert of_template(region, leaving="a", auto_scaling_group={"b": None, "c": {"launch_template_name": "new", "instance_profile": "p"}}) == []
    assert of_template(Region(), auto_scaling_group={"new": {"launch_template_name": "web", "instance_profile": "p"}}) == ["group new"]


def test_who_may_not_look_is_told_what_to_allow_beside_what_was_found():
    seen = users(Region(instances=[instance(1)], denied=["describe_auto_scaling_groups", "describe_launch_configurations"]))
    assert str(refusal(seen)) == (
        "state: profile web is still used in eu-west-1 by instance i-1 (running); it breaks. End them first. "
        "Who else uses profile web is not known: autoscaling:DescribeAutoScalingGroups is denied; allow it; "
        "autoscaling:DescribeLaunchConfigurations is denied; allow it, or set force_delete: true"
    )


def test_where_nobody_may_look_nothing_goes_unless_forced():
    assert str(refusal(users(Region(denied=["describe_instances"])))) == (
        "state: who uses profile web is not known: ec2:DescribeInstances is denied; allow it, or set force_delete: true"
    )


def test_without_a_region_nobody_can_look():
    def nowhere(_service, _operation, **_params):
        raise NoRegion("region: none given")

    assert str(refusal(users(nowhere))) == (
        "state: who uses profile web is not known: no region is given, and users are found region by region; set region, or set force_delete: true"
    )


def test_any_other_refusal_of_aws_is_passed_on():
    def throttled(_service, _operation, **_params):
        raise CallRefused("Throttling", "Rate exceeded")

    with pytest.raises(CallRefused, match="Rate exceeded"):
        users(throttled)


def test_a_long_list_is_cut_in_the_message_and_whole_in_the_result():
    everyone = tuple(f"instance i-{number}" for number in range(10, 30))
    refused = refusal(Users(everyone))
    assert "instance i-19 and 10 more; it breaks" in str(refused)
    assert refused.as_result()["used_by"] == list(everyone)


def test_nobody_is_no_reason_to_refuse():
    refuse_used("state", "profile web", Users(), "it breaks", "End them first", "force_delete")


@pytest.mark.parametrize(
    ("count", "ending"), [(1, "u1"), (9, "u8, u9"), (10, "u9, u10"), (11, "u9, u10 and 1 more"), (25, "u9, u10 and 15 more")]
)
def test_a_message_lists_ten_users_at_most_and_counts_the_others(count, ending):
    text = listed([f"u{number}" for number in range(1, count + 1)])
    assert text.endswith(ending)
    assert text.count(", ") == min(count, 10) - 1
