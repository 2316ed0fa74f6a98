# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever a module is told, it refuses in words or plans calls that AWS's model takes: never a traceback, never a value that nobody looked at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import datetime, timezone
from typing import Any

import pytest
import regex
from botocore import xform_name
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ansible_collections.passrole.ec2.plugins.module_utils.application.members import WORDS as APPLICATION_WORDS
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused
from ansible_collections.passrole.ec2.plugins.module_utils.core.shapes import to_api, to_words

from tests.support.service_models import input_shape, model
from tests.support.module_in_process import result_of
from tests.support.contracts import asg_launch_with_profile, ec2_association, ec2_role, instance_profile, launch_configuration, securityhub_findings
from tests.contract.test_launch_template_data import at

LONGEST = 6000  # characters of a refusal
ARN = "arn:aws:iam::123456789012"
LONG_AGO = datetime(2020, 1, 1, tzinfo=timezone.utc)
# How Ansible refuses arguments by itself, the words of the playbook in full among its own.
BY_ANSIBLE = ("argument ", "Elements value ", "Unsupported parameters ", "value of ", "missing required arguments", "parameters are mutually exclusive")
OF_A_MEMBER = re.compile(r"argument '\w+' is of type .*? cannot be converted to an? \w+|Elements value for option .*? cannot be converted to an? \w+")
WORDS = st.sampled_from(
    [
        "", " ", "0", "-1", "yes", "null", "~", "{{ planted }}", "{% raw %}", "{{ lookup('env', 'HOME') }}", "$Latest", "arn:aws:iam::1:role/x", "/", "//",
        "a\nb", "a\x00b", "é", "名前", "\U0001f511", "\u202e", "../..", "'; --", "%s%n", "x" * 300, "ü" * 20000, "*", "ami-", "resolve:ssm:", "True",
        "2026-13-45", "2026-01-01", "1e400", "9" * 400, "[]", "{}", '{"a": [1}', "a=b c=d", "user_data=x",
    ]
)  # fmt: skip
PLAIN = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | WORDS | st.text(max_size=20)
ANYTHING = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=8), inner, max_size=3), max_leaves=8)
PROMISED = {
    "a role": ec2_role.PROMISED,
    "a profile": instance_profile.PROMISED,
    "a group": asg_launch_with_profile.PROMISED,
    "a configuration": launch_configuration.PROMISED,
    "a fleet": ec2_association.PROMISED,
    "findings": securityhub_findings.PROMISED,
}
KINDS = pytest.mark.parametrize("kind", PROMISED)
OFTEN = settings(max_examples=100, derandomize=True, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
CONNECTION = {"region": "eu-west-1", "access_key": "sandbox", "secret_key": "not so secret"}

# What is there in this account, by the operation that tells it; of all else there is nothing.
THERE = {
    "describe_adjustment_types": lambda **_asked: {"AdjustmentTypes": [{"AdjustmentType": "ChangeInCapacity"}]},
    "describe_auto_scaling_notification_types": lambda **_asked: {"AutoScalingNotificationTypes": ["autoscaling:EC2_INSTANCE_LAUNCH"]},
    "describe_images": lambda ImageIds, **_asked: {"Images": [{"ImageId": image, "State": "available"} for image in ImageIds]},
    "describe_lifecycle_hook_types": lambda **_asked: {"LifecycleHookTypes": ["autoscaling:EC2_INSTANCE_LAUNCHING"]},
    "describe_metric_collection_types": lambda **_asked: {"Metrics": [{"Metric": "GroupMinSize"}, {"Metric": "GroupTotalInstances"}]},
    "get_caller_identity": lambda **_asked: {"Account": "123456789012", "Arn": f"{ARN}:user/ada", "UserId": "AIDA"},
    "get_instance_profile": lambda InstanceProfileName: {"InstanceProfile": profile(InstanceProfileName)},
    "get_parameter": lambda Name: {"Parameter": {"Name": Name, "Value": "ami-12c6146b"}},
    "get_policy": lambda PolicyArn: {"Policy": {"Arn": PolicyArn, "DefaultVersionId": "v1"}},
    "get_policy_version": lambda **_asked: {"PolicyVersion": {"Document": ec2_role.READ}},
    "run_instances": lambda **_asked: refuse("DryRunOperation"),
}


def profile(name: str) -> dict[str, Any]:
    role = {"RoleName": "web", "Path": "/", "Arn": f"{ARN}:role/web", "RoleId": "AROA", "CreateDate": LONG_AGO, "AssumeRolePolicyDocument": ec2_role.EC2}
    named = {"InstanceProfileName": name, "Path": "/", "Arn": f"{ARN}:instance-profile/{name}", "InstanceProfileId": "AIPA"}
    return {**named, "CreateDate": LONG_AGO, "Roles": [role]}


def refuse(code: str) -> None:
    raise CallRefused(code, "so it is")


def call(_aws: Any, service: str, operation: str, **params: Any) -> Any:
    """Answer one read, which must be one that AWS's model takes."""
    refuse_unknown(service, operation, params)
    if operation in THERE:
        return THERE[operation](**params)
    if operation.startswith("get_"):
        refuse("NoSuchEntity")
    if operation == "describe_launch_template_versions":
        refuse("InvalidLaunchTemplateName.NotFoundException")
    return nothing_of(service, operation)


def nothing_of(service: str, operation: str) -> dict[str, Any]:
    names = {xform_name(name): name for name in model(service).operation_names}
    return {name: [] for name, shape in model(service).operation_model(names[operation]).output_shape.members.items() if shape.type_name == "list"}


def planned(plan: Any) -> None:
    for step in plan:
        refuse_unknown(step.service, step.operation, step.params)


def refuse_unknown(service: str, operation: str, params: Mapping[str, Any]) -> None:
    """Every value within the model's bounds, its largest, its patterns and its choices too."""
    shape = input_shape(service, operation)
    # An operation that takes nothing has no shape.
    assert not [value for value, pattern in (patterned(params, shape) if shape else ()) if not fits(value, pattern)]
    assert (to_api(to_words(params, shape), shape, operation) if shape else {}) == params


def patterned(value: Any, shape: Any) -> Iterator[tuple[str, str]]:
    """Every text within a value, with the pattern that the model has for it."""
    if isinstance(value, Mapping):
        members = shape.members if shape.type_name == "structure" else dict.fromkeys(value, getattr(shape, "value", None))
        yield from (pair for name, item in value.items() for pair in patterned(item, members[name]))
    elif isinstance(value, (list, tuple)):
        yield from (pair for item in value for pair in patterned(item, shape.member))
    elif isinstance(value, str) and shape.metadata.get("pattern"):
        yield value, shape.metadata["pattern"]


def fits(value: str, pattern: str) -> bool:
    """By a library that reads Java's classes, and so not by the collection's own reading of them."""
    if "uD800" in pattern:
        return not any(unicodedata.category(letter) == "Cc" and letter not in "\r\n\t\x7f" and ord(letter) < 0x80 for letter in value)
    return regex.fullmatch(pattern, value, 0 if "p{" in pattern else regex.ASCII) is not None


def is_honest(result: Mapping[str, Any]) -> bool:
    """A result, or a refusal in words of which none is Python's."""
    if not result.get("failed"):
        return True
    assert not result.get("exception"), result["exception"]
    if result["msg"].startswith(BY_ANSIBLE):
        return True
    ours = OF_A_MEMBER.sub("", result["msg"])
    wrong = [word for word in ("Traceback", "object at 0x", "NoneType", "KeyError", "TypeError") if word in ours]
    assert (wrong, 0 < len(result["msg"]) < LONGEST) == ([], True), result["msg"][:2000]
    return True


def ways(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value within a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        yield (*path, step)
        yield from ways(item, (*path, step))


@st.composite
def almost(draw: Any, promised: Any) -> dict[str, Any]:
    """What makes sense, but for one or two places in it."""
    said = deepcopy(draw(st.sampled_from(list(promised.wants.values()))))
    for _time in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(list(ways(said))))
        place, step = at(said, path[:-1]), path[-1]
        if isinstance(place, dict) and draw(st.integers(0, 3)) == 0:
            place[draw(WORDS.filter(lambda word: word not in place))] = place.pop(step)
        else:
            place[step] = draw(ANYTHING)
    return said


RESULTS = st.lists(
    st.fixed_dictionaries({"outcome": ANYTHING | st.dictionaries(st.just("instance_profile"), ANYTHING)}, optional={"changed": st.booleans()})
    | ANYTHING,
    max_size=2,
)


def options_of(promised: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Any of the module's options, each with anything."""
    return st.dictionaries(st.sampled_from(sorted(promised.options)), ANYTHING, max_size=6)


@KINDS
@OFTEN
@given(choice=st.data())
def test_what_almost_makes_sense_is_planned_or_refused_in_words(kind, choice):
    said = {**CONNECTION, **choice.draw(almost(PROMISED[kind]))}
    assert is_honest(result_of(PROMISED[kind].module, said, call, planned))


@KINDS
@OFTEN
@given(choice=st.data())
def test_what_makes_no_sense_is_refused_in_words(kind, choice):
    said = {**CONNECTION, **choice.draw(st.sampled_from([{}, {"name": "web"}])), **choice.draw(options_of(PROMISED[kind]))}
    assert is_honest(result_of(PROMISED[kind].module, said, call, planned))


@KINDS
@OFTEN
@given(choice=st.data())
def test_what_no_task_of_ours_returned_is_refused_in_words(kind, choice):
    wants = list(PROMISED[kind].wants.values())
    said = {**CONNECTION, **choice.draw(st.sampled_from(wants)), "builds_on": choice.draw(RESULTS)}
    assert is_honest(result_of(PROMISED[kind].module, said, call, planned))


BESIDE_A_FLEET = st.dictionaries(
    st.sampled_from(["max_changes", "max_fail_percentage", "concurrency", "details", "builds_on", "preflight"]), ANYTHING, max_size=1
)


@pytest.mark.parametrize("kind", ["a role", "a profile", "a group", "a configuration"])
@OFTEN
@given(choice=st.data())
def test_a_fleet_of_what_almost_makes_sense_is_planned_or_refused_in_words(kind, choice):
    fleet = choice.draw(st.lists(almost(PROMISED[kind]) | st.sampled_from(list(PROMISED[kind].wants.values())), max_size=5) | ANYTHING)
    assert is_honest(result_of(PROMISED[kind].module, {**CONNECTION, **choice.draw(BESIDE_A_FLEET), "fleet": fleet}, call, planned))


@OFTEN
@given(
    fleet=st.lists(st.dictionaries(st.sampled_from(APPLICATION_WORDS) | WORDS, ANYTHING, max_size=4), max_size=5) | ANYTHING,
    beside=BESIDE_A_FLEET | st.dictionaries(st.sampled_from(["fleet_defaults", "identity_suffix", "state"]), ANYTHING, max_size=2),
)
def test_a_fleet_of_applications_that_make_no_sense_is_refused_in_words(fleet, beside):
    assert is_honest(result_of("ec2_application_fleet", {**CONNECTION, **beside, "fleet": fleet}, call, planned))


@OFTEN
@given(
    said=st.dictionaries(st.sampled_from(["principal", "service", "associated_resource_arn", "max_calls_per_second"]), ANYTHING),
    roles=st.lists(PLAIN, max_size=3) | ANYTHING,
)
def test_a_question_that_makes_no_sense_is_refused_in_words(said, roles):
    assert is_honest(result_of("iam_pass_role_info", {**CONNECTION, **said, "roles": roles}, call, planned))


@OFTEN
@given(said=st.dictionaries(st.sampled_from(["names", "associations", "instance_refreshes", "max_calls_per_second"]), ANYTHING))
def test_groups_that_make_no_sense_are_asked_about_in_vain_or_refused_in_words(said):
    assert is_honest(result_of("asg_launch_with_profile_info", {**CONNECTION, **said}, call, planned))


@KINDS
@OFTEN
@given(choice=st.data())
def test_a_connection_that_makes_no_sense_is_refused_in_words(kind, choice):
    wants = list(PROMISED[kind].wants.values())
    words = st.sampled_from(["region", "max_calls_per_second", "preflight", "validate_certs"])
    said = {**CONNECTION, **choice.draw(st.sampled_from(wants)), **choice.draw(st.dictionaries(words, ANYTHING, min_size=1))}
    assert is_honest(result_of(PROMISED[kind].module, said, call, planned))
