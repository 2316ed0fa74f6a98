# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The questions that a request raises: its own action on each resource it names, and what the action takes beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from moto.core.exceptions import ServiceException

from ..launch_configurations import profile_named
from ..launch_sources import completed, launchable, version_of
from ..launches import Launch, from_version
from ..mends.instances import asked_launch
from . import reference
from .judge import Question
from .launching import CHINA, EC2, launch_questions, passes, role_of
from .requests import Request, Resource, question, requested
from .resources import ANY, ec2_resource, resources, scaling_group_named, service_linked_role, specified

AUTO_SCALING = "autoscaling.amazonaws.com"
Questions = Iterator[Question]


class NotInReference(Exception):
    """An action the sandbox cannot judge."""


@dataclass(frozen=True)
class Asked:
    """A question with what it is asked for: how a refusal of it is told hangs on that."""

    question: Question
    of: str = "own"
    about: str = ""


def questions(request: Request) -> Iterator[Asked]:
    yield from (Asked(one) for one in own(request))
    yield from BESIDE.get((request.service, request.operation), nothing)(request)


def own(request: Request) -> Questions:
    """The operation's own action, on each resource that the reference has for it, or on all."""
    action = reference.find_action(request.service, request.operation)
    if action is None:
        raise NotInReference(f"the sandbox cannot judge {request.service}:{request.operation}")
    if request.operation == "RunInstances":
        return
    named = [resource for kind in action.types for resource in resources(request, kind)]
    for resource in named or [None]:
        yield question(request, action.name, resource)


def nothing(_request: Request) -> Iterator[Asked]:
    return iter(())


def plain(asking: Callable[[Request], Questions]) -> Callable[[Request], Iterator[Asked]]:
    return lambda request: (Asked(one) for one in asking(request))


def made(kind: str, tagging: str, bounding: str = "") -> Callable[[Request], Iterator[Asked]]:
    """What is made with tags or a boundary needs the permissions to give them."""

    def asking(request: Request) -> Questions:
        needed = [tagging] if request.params.get("Tags") else []
        needed += [bounding] if request.params.get("PermissionsBoundary") else []
        yield from (question(request, action, resource) for resource in resources(request, kind) for action in needed)

    return plain(asking)


def role_put_in_profile(request: Request) -> Questions:
    """API_AddRoleToInstanceProfile: the caller must be allowed to pass the role, to instances of whatever region."""
    role = next((role for role in request.iam.roles.values() if role.name == request.params["RoleName"]), None)
    yield from passes(request, role, to_ec2(request), request.arn("ec2", "instance", InstanceId=ANY).replace(request.region, ANY))


def to_ec2(request: Request) -> str:
    return f"{EC2}.cn" if request.partition == CHINA else EC2


def session_tagged(request: Request) -> Questions:
    """IAM user guide, id_session-tags: who gives a session tags needs sts:TagSession on the role."""
    if request.params.get("Tags"):
        yield from (question(request, "sts:TagSession", resource) for resource in resources(request, "role"))


def template_tagged(request: Request) -> Questions:
    if tags := specified(request.params, "launch-template"):
        asked = requested({tag["Key"]: tag["Value"] for tag in tags})
        yield question(request, "ec2:CreateTags", ec2_resource(request, "launch-template", ANY), **{"ec2:CreateAction": request.operation, **asked})


def instances_run(request: Request) -> Questions:
    with suppress(ServiceException):
        yield from launch_questions(request, asked_launch(request.ec2, request.params), request.params)


def profile_given(request: Request) -> Questions:
    """AssociateIamInstanceProfile and its replacement pass the role in the profile to the instance."""
    instance = next(resources(request, "instance"), None)
    yield from passes(request, role_of(request, request.params), to_ec2(request), instance and instance.arn)


def configuration_made(request: Request) -> Iterator[Asked]:
    asked = {"IamInstanceProfile": profile_named(request.params.get("IamInstanceProfile"))}
    yield from (Asked(one, "configuration") for one in passes(request, role_of(request, asked), to_ec2(request)))


def group_made(request: Request) -> Iterator[Asked]:
    if request.params.get("Tags"):
        group = scaling_group_named(request, request.params["AutoScalingGroupName"])
        yield Asked(question(request, "autoscaling:CreateOrUpdateTags", group))
    yield from (Asked(one, "service-linked role") for one in first_group(request))
    for hook in request.params.get("LifecycleHookSpecificationList", []):
        yield from hook_role(request, hook)
    yield from group_launches(request)


def first_group(request: Request) -> Questions:
    """Auto Scaling makes its service-linked role with the caller's rights, if the account has none; to name one is to pass it."""
    linked = service_linked_role(request, AUTO_SCALING)
    there = {role.arn: role for role in request.iam.roles.values()}
    if named := request.params.get("ServiceLinkedRoleARN"):
        yield from passes(request, there.get(named), AUTO_SCALING)
    elif linked.arn not in there:
        yield question(request, "iam:CreateServiceLinkedRole", linked)


def group_launches(request: Request) -> Iterator[Asked]:
    """Auto Scaling asks EC2, in the caller's name, whether each template version the group may launch could be launched."""
    for spec, launch, overriding in launches(request):
        yield from (Asked(one, "launch", spec) for one in launch_questions(request, launch, overriding))


def launches(request: Request) -> Iterator[tuple[str, Launch, Mapping[str, Any]]]:
    with suppress(ServiceException, KeyError):
        for spec, override in template_versions(request):
            version = version_of(request.autoscaling, spec)
            for place in places(request):
                yield version.template.id, from_version(version, {**override, **place}), {**override, **place}


def template_versions(request: Request) -> list[tuple[Mapping[str, str], Mapping[str, Any]]]:
    """What a request gives a group to launch from, now or by a refresh; a launch configuration was judged when it was made."""
    asked = request.params.get("DesiredConfiguration", request.params)
    if policy := asked.get("MixedInstancesPolicy"):
        group = request.autoscaling.autoscaling_groups.get(request.params["AutoScalingGroupName"])
        return launchable({"MixedInstancesPolicy": completed(policy, group and group.mixed_instances_policy)})
    return launchable(asked) if asked.get("LaunchTemplate") else []


def places(request: Request) -> list[dict[str, Any]]:
    """The subnets a group may launch in, each as a launch names it; none if it has only zones."""
    group = request.autoscaling.autoscaling_groups.get(request.params["AutoScalingGroupName"])
    named = request.params.get("VPCZoneIdentifier") or (group and group.vpc_zone_identifier) or ""
    return [{"SubnetId": subnet} for subnet in named.split(",") if subnet] or [{}]


def hook_put(request: Request) -> Iterator[Asked]:
    yield from hook_role(request, request.params)


def hook_role(request: Request, hook: Mapping[str, Any]) -> Iterator[Asked]:
    """API_PutLifecycleHook, RoleARN: the role by which Auto Scaling publishes to the hook's target is passed to it."""
    if arn := hook.get("RoleARN"):
        yield Asked(question(request, "iam:PassRole", Resource("role", arn), **{"iam:PassedToService": AUTO_SCALING}))


BESIDE: dict[tuple[str, str], Callable[[Request], Iterator[Asked]]] = {
    ("iam", "CreateRole"): made("role", "iam:TagRole", "iam:PutRolePermissionsBoundary"),
    ("iam", "CreateInstanceProfile"): made("instance-profile", "iam:TagInstanceProfile"),
    ("iam", "CreateUser"): made("user", "iam:TagUser", "iam:PutUserPermissionsBoundary"),
    ("iam", "AddRoleToInstanceProfile"): plain(role_put_in_profile),
    ("sts", "AssumeRole"): plain(session_tagged),
    ("ec2", "CreateLaunchTemplate"): plain(template_tagged),
    ("ec2", "RunInstances"): plain(instances_run),
    ("ec2", "AssociateIamInstanceProfile"): plain(profile_given),
    ("ec2", "ReplaceIamInstanceProfileAssociation"): plain(profile_given),
    ("autoscaling", "CreateLaunchConfiguration"): configuration_made,
    ("autoscaling", "CreateAutoScalingGroup"): group_made,
    ("autoscaling", "UpdateAutoScalingGroup"): group_launches,
    ("autoscaling", "StartInstanceRefresh"): group_launches,
    ("autoscaling", "PutLifecycleHook"): hook_put,
}
