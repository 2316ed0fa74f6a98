# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How IAM names actions and resources, in every partition, and what is learned of where things are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.authorization import TO_EC2
from ansible_collections.passrole.ec2.plugins.module_utils.core.permissions import (
    FORMS,
    IN_PATHS,
    ROLE_OF_PROFILE,
    Context,
    Known,
    Permission,
    Resource,
    Rule,
    action_of,
    arn_of,
    learned,
    patterns_of,
    rules,
)

HERE = Known("aws", "eu-west-1", "123456789012", paths={("role", "app"): "/team/"}, roles={"web": "app"})


@pytest.mark.parametrize(
    ("service", "operation", "told"),
    [
        ("iam", "get_role", "iam:GetRole"),
        ("autoscaling", "create_auto_scaling_group", "autoscaling:CreateAutoScalingGroup"),
        ("sts", "get_caller_identity", "sts:GetCallerIdentity"),
        ("elbv2", "describe_target_health", "elasticloadbalancing:DescribeTargetHealth"),
        ("accessanalyzer", "validate_policy", "access-analyzer:ValidatePolicy"),
    ],
)
def test_an_action_is_named_as_iam_names_it(service, operation, told):
    assert action_of(service, operation) == told


@pytest.mark.parametrize(
    ("resource", "patterns"),
    [
        (Resource("role", "web"), ("arn:aws:iam::123456789012:role/web", "arn:aws:iam::123456789012:role/*/web")),
        (Resource("role"), ("arn:aws:iam::123456789012:role/*",)),
        (
            Resource("instance-profile", "web"),
            ("arn:aws:iam::123456789012:instance-profile/web", "arn:aws:iam::123456789012:instance-profile/*/web"),
        ),
        (Resource(ROLE_OF_PROFILE, "web"), ("arn:aws:iam::123456789012:role/app", "arn:aws:iam::123456789012:role/*/app")),
        (Resource(ROLE_OF_PROFILE, "other"), ("arn:aws:iam::123456789012:role/*",)),
        (Resource("group", "web"), ("arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:*:autoScalingGroupName/web",)),
        (Resource("launch-template"), ("arn:aws:ec2:eu-west-1:123456789012:launch-template/*",)),
        (Resource("image", "ami-1"), ("arn:aws:ec2:eu-west-1::image/ami-1",)),
        (Resource("parameter-of-aws", "aws/x"), ("arn:aws:ssm:eu-west-1::parameter/aws/x",)),
        (Resource("arn", "arn:aws:iam::aws:policy/Read*"), ("arn:aws:iam::aws:policy/Read*",)),
        (Resource("any"), ("*",)),
    ],
)
def test_a_policy_names_the_resource_wherever_it_is_and_no_other(resource, patterns):
    assert patterns_of(resource, HERE) == patterns


def test_signs_that_policies_take_for_any_letters_stand_for_themselves():
    assert patterns_of(Resource("group", "a*b?c$"), HERE)[0].endswith("/a${*}b${?}c${$}")
    assert arn_of(Resource("group", "a*b"), HERE).endswith("/a*b")


def test_the_judge_is_asked_about_the_one_arn_that_is_known():
    assert arn_of(Resource("role", "app"), HERE) == "arn:aws:iam::123456789012:role/team/app"
    assert arn_of(Resource("role", "web"), HERE) == "arn:aws:iam::123456789012:role/web"
    assert arn_of(Resource("role"), HERE) == "arn:aws:iam::123456789012:role/*"
    assert arn_of(Resource(ROLE_OF_PROFILE, "web"), HERE) == "arn:aws:iam::123456789012:role/team/app"


def test_an_account_and_a_region_that_are_not_known_may_be_any():
    assert patterns_of(Resource("role", "web"), Known())[0] == "arn:aws:iam::*:role/web"
    assert patterns_of(Resource("subnet", "subnet-1"), Known()) == ("arn:aws:ec2:*:*:subnet/subnet-1",)


@pytest.mark.parametrize("kind", sorted(FORMS.keys() - {"any", "arn"}))
def test_every_form_is_an_arn_of_its_partition(kind):
    patterns = patterns_of(Resource(kind, "x"), replace(HERE, partition="aws-us-gov"))
    assert all(pattern.startswith("arn:aws-us-gov:") and len(pattern.split(":", 5)) == 6 for pattern in patterns)
    assert len(patterns) == (2 if kind in IN_PATHS else 1)


@pytest.mark.parametrize(
    ("partition", "services"),
    [("aws", ("ec2.amazonaws.com",)), ("aws-us-gov", ("ec2.amazonaws.com",)), ("aws-cn", ("ec2.amazonaws.com", "ec2.amazonaws.com.cn"))],
)
def test_a_role_is_passed_to_ec2_by_the_names_it_has_in_the_partition(partition, services):
    (rule,) = rules([Permission("iam:PassRole", (Resource("role", "web"),), (TO_EC2,))], replace(HERE, partition=partition))
    assert rule.conditions == (("StringEquals", "iam:PassedToService", services),)


def test_what_no_operator_holds_is_told_to_the_judge_and_not_in_a_policy():
    told = (Context("iam:AssociatedResourceArn", "arn:{partition}:ec2:*:{account}:instance/*"),)
    assert list(rules([Permission("iam:PassRole", context=told)], HERE)) == [Rule("iam:PassRole", ("*",))]


def test_paths_and_roles_are_learned_from_whatever_names_them_and_the_latest_wins():
    told = [
        {"Role": {"RoleName": "app", "Path": "/old/"}},
        {"InstanceProfile": {"InstanceProfileName": "web", "Path": "/p/", "Roles": [{"RoleName": "app", "Path": "/team/"}]}},
        {"InstanceProfileName": "batch", "RoleName": "job"},
        {"InstanceProfileName": "empty", "Path": "/", "RoleName": None},
    ]
    assert learned(told) == (
        {("role", "app"): "/team/", ("instance-profile", "web"): "/p/", ("instance-profile", "empty"): "/"},
        {"web": "app", "batch": "job"},
    )
