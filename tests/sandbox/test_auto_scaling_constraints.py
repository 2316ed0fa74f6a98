# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Auto Scaling's service model does not let through, refused in the words that public sources quote (named below)."""

from __future__ import annotations

import botocore.session
import pytest
from passrole_sandbox.constraints import breaches

MODEL = botocore.session.get_session().get_service_model("autoscaling")
XML = r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*"
PIN = {"LaunchTemplateName": "web", "Version": "1"}
WEB = {"AutoScalingGroupName": "web"}


def constrained(shape, *path):
    """Every leaf below a shape that has a longest or a largest, or a list of words, with the way to it."""
    if shape.type_name == "structure":
        return [found for name, member in shape.members.items() if member.name not in path for found in constrained(member, *path, name)]
    if shape.type_name == "list":
        return constrained(shape.member, *path, 0)
    return [(path, shape)] if {"max", "enum"} & shape.metadata.keys() else []


def at(path, value):
    """A request, or a part of one, that says nothing but this value."""
    if not path:
        return value
    return [at(path[1:], value)] if path[0] == 0 else {path[0]: at(path[1:], value)}


def beyond(shape):
    if "enum" in shape.metadata:
        return "nonsense"
    return shape.metadata["max"] + 1 if shape.type_name == "integer" else "x" * (shape.metadata["max"] + 1)


@pytest.mark.parametrize("operation", MODEL.operation_names)
def test_every_member_of_every_operation_is_held_at_any_depth(operation):
    """The service model: enums, largest numbers, longest texts."""
    leaves = constrained(MODEL.operation_model(operation).input_shape) if MODEL.operation_model(operation).input_shape else []
    assert [path for path, shape in leaves if not breaches("autoscaling", operation, at(path, beyond(shape)))] == []


def test_a_word_that_is_not_among_those_of_the_model_is_refused(autoscaling, template, make_group, refused):
    """badmintoncryer/cdk-preflight, pf-asg-wp-poolstate-enum; it lists the words in another order."""
    make_group(LaunchTemplate=PIN)
    assert refused(autoscaling.put_warm_pool, PoolState="Terminated", **WEB) == (
        "ValidationError",
        "1 validation error detected: Value 'Terminated' at 'poolState' failed to satisfy constraint: "
        "Member must satisfy enum value set: [Stopped, Running, Hibernated]",
    )


def test_lists_of_words_are_told_whole_with_all_that_holds_for_each(autoscaling, template, make_group, refused):
    """zalando-incubator/kube-ingress-aws-controller#248."""
    make_group(LaunchTemplate=PIN)
    arns = ["a", "b" * 512]
    assert refused(autoscaling.attach_load_balancer_target_groups, TargetGroupARNs=arns, **WEB) == (
        "ValidationError",
        f"1 validation error detected: Value '[a, {'b' * 512}]' at 'targetGroupARNs' failed to satisfy constraint: Member must satisfy constraint: "
        f"[Member must have length less than or equal to 511, Member must have length greater than or equal to 1, "
        f"Member must satisfy regular expression pattern: {XML}]",
    )


def test_lists_of_structures_are_told_by_number_and_every_fault_is_told(autoscaling, template, refused):
    """fog/fog-aws#125 ('tags.6.member.key'); CommonErrors: ValidationError. Nothing is made."""
    tags = [{"Key": "team", "Value": "a"}, {"Key": "k" * 129, "Value": "v" * 257}]
    code, words = refused(autoscaling.create_auto_scaling_group, MinSize=0, MaxSize=1, AvailabilityZones=["eu-west-1a"], LaunchTemplate=PIN, Tags=tags, **WEB)
    assert code == "ValidationError"
    first, second = words.removeprefix("2 validation errors detected: ").split("; ")
    assert first == f"Value '{'k' * 129}' at 'tags.2.member.key' failed to satisfy constraint: Member must have length less than or equal to 128"
    assert second == f"Value '{'v' * 257}' at 'tags.2.member.value' failed to satisfy constraint: Member must have length less than or equal to 256"
    assert autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"] == []


def test_patterns_are_held_and_javas_way_to_write_what_lies_beyond_is_understood(autoscaling, template, make_group, refused):
    """The service model: XmlStringMaxLen255."""
    assert make_group(AutoScalingGroupName="web 🌍", LaunchTemplate=PIN)["AutoScalingGroupName"] == "web 🌍"
    code, words = refused(autoscaling.delete_auto_scaling_group, AutoScalingGroupName="web\x07")
    assert (code, words.rpartition("Member must ")[2]) == ("ValidationError", f"satisfy regular expression pattern: {XML}")


def test_a_pattern_that_python_cannot_read_holds_nothing_up():
    """java.util.regex.Pattern: classes such as \\p{L}, which some of IAM's tags have."""
    assert breaches("iam", "TagRole", {"RoleName": "web", "Tags": [{"Key": "größe", "Value": "1"}]}) == []
