# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWS asks of whoever makes a call: which actions, on which resources. Pure: no AWS. Private to this collection.

After the Service Authorization Reference, and beyond it what IAM's, EC2's and Auto Scaling's guides
say of the actions that one call stands for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .permissions import ROLE_OF_PROFILE, Context, Permission, Resource, action_of
from .profile_names import in_ec2_words, profile_named

Params = Mapping[str, Any]

SERVICE_LINKED_ROLE = Resource("service-linked-role", "AWSServiceRoleForAutoScaling")
ITS_SERVICE = Context("iam:AWSServiceName", "autoscaling.amazonaws.com", "StringEquals")
# The service that gets the role in the end; it is EC2 through Auto Scaling, too.
TO_EC2 = Context("iam:PassedToService", "ec2.amazonaws.com", "StringEquals")
TO_AUTO_SCALING = Context("iam:PassedToService", "autoscaling.amazonaws.com", "StringEquals")
# AddRoleToInstanceProfile takes no region in it, by its reference.
FOR_ANY_INSTANCE = Context("iam:AssociatedResourceArn", "arn:{partition}:ec2:*:{account}:instance/*")
FOR_INSTANCES_HERE = Context("iam:AssociatedResourceArn", "arn:{partition}:ec2:{region}:{account}:instance/*")

NEEDS_NOTHING = ("sts:GetCallerIdentity",)
WITHOUT_RESOURCES = re.compile(r"(describe|list)_")
OF_AN_INSTANCE = ("iam_instance_profile", "iam_instance_profile_association")
AT_LAUNCH = "resolve:ssm:"  # what an image begins with when EC2 asks Systems Manager for it, at each launch


def asked(service: str, operation: str, params: Params) -> tuple[Permission, ...]:
    """The permissions for one call: its own, and those of what it does beside."""
    action = action_of(service, operation)
    if action in NEEDS_NOTHING:
        return ()
    if action == "ec2:RunInstances":
        return tuple(launch(params, {}))
    resources = RESOURCES.get(service, anything)(operation, params)
    return (Permission(action, resources, TOLD.get(action, untold)(params)), *BESIDE.get(action, nothing_beside)(params))


def anything(_operation: str, _params: Params) -> tuple[Resource, ...]:
    return (Resource("any"),)


def of_iam(operation: str, params: Params) -> tuple[Resource, ...]:
    if params.get("InstanceProfileName"):
        return (Resource("instance-profile", params["InstanceProfileName"]),)
    if params.get("RoleName"):
        return (Resource("role", params["RoleName"]),)
    return whole_arns(params.get("PolicyArn"), params.get("PolicySourceArn")) or anything(operation, params)


def of_ec2(operation: str, params: Params) -> tuple[Resource, ...]:
    if WITHOUT_RESOURCES.match(operation):
        return anything(operation, params)
    if operation.endswith(OF_AN_INSTANCE):
        return (Resource("instance", params.get("InstanceId", "")),)
    if "launch_template" in operation:
        return (Resource("launch-template", known_name(params.get("LaunchTemplateId"))),)
    tagged = tuple(Resource("launch-template", known_name(one)) for one in params.get("Resources", []))
    return tagged or anything(operation, params)


def of_autoscaling(operation: str, params: Params) -> tuple[Resource, ...]:
    if WITHOUT_RESOURCES.match(operation):
        return anything(operation, params)
    if operation.endswith("launch_configuration"):
        return (Resource("launch-configuration", known_name(params["LaunchConfigurationName"])),)
    return (Resource("group", params.get("AutoScalingGroupName") or params["Tags"][0]["ResourceId"]),)


def of_ssm(_operation: str, params: Params) -> tuple[Resource, ...]:
    return (parameter(params["Name"]),)


def of_securityhub(operation: str, params: Params) -> tuple[Resource, ...]:
    """What is imported is judged on the products that it is of, and what is read on the one hub of the region."""
    if operation == "batch_import_findings":
        return whole_arns(*sorted({one["ProductArn"] for one in params["Findings"]}))
    return (Resource("hub", "default"),)


RESOURCES: Mapping[str, Callable[[str, Params], tuple[Resource, ...]]] = {
    "iam": of_iam,
    "ec2": of_ec2,
    "autoscaling": of_autoscaling,
    "securityhub": of_securityhub,
    "ssm": of_ssm,
    "sns": lambda _operation, params: whole_arns(params["TopicArn"]),
    "sqs": lambda _operation, params: (Resource("queue", params["QueueName"]),),
}


def known_name(value: Any) -> str:
    """A name or an id, if it is known before the call."""
    return value if isinstance(value, str) else ""


def whole_arns(*values: Any) -> tuple[Resource, ...]:
    return tuple(Resource("arn", value) for value in values if value)


def parameter(name: str) -> Resource:
    """A parameter of Systems Manager, whichever version or label of it is asked for."""
    if name.startswith("arn:"):
        return Resource("arn", name)
    plain = name.partition(":")[0].lstrip("/")
    return Resource("parameter-of-aws" if plain.startswith("aws/") else "parameter", plain)


def untold(_params: Params) -> tuple[Context, ...]:
    return ()


def policy_told(params: Params) -> tuple[Context, ...]:
    return (Context("iam:PolicyARN", params["PolicyArn"], "ArnEquals"),)


def boundary_told(params: Params) -> tuple[Context, ...]:
    boundary = params.get("PermissionsBoundary")
    return (Context("iam:PermissionsBoundary", boundary, "StringEquals"),) if boundary else ()


def accounts_told(params: Params) -> tuple[Context, ...]:
    return tuple(Context("securityhub:TargetAccount", account) for account in sorted({one["AwsAccountId"] for one in params["Findings"]}))


TOLD: Mapping[str, Callable[[Params], tuple[Context, ...]]] = {
    "iam:AttachRolePolicy": policy_told,
    "iam:DetachRolePolicy": policy_told,
    "iam:CreateRole": boundary_told,
    "iam:PutRolePermissionsBoundary": boundary_told,
    "securityhub:BatchImportFindings": accounts_told,
}


def nothing_beside(_params: Params) -> Iterator[Permission]:
    return iter(())


def beside_role(params: Params) -> Iterator[Permission]:
    role = (Resource("role", params["RoleName"]),)
    if params.get("PermissionsBoundary"):
        yield Permission("iam:PutRolePermissionsBoundary", role, boundary_told(params))
    if params.get("Tags"):
        yield Permission("iam:TagRole", role)


def beside_profile(params: Params) -> Iterator[Permission]:
    if params.get("Tags"):
        yield Permission("iam:TagInstanceProfile", (Resource("instance-profile", params["InstanceProfileName"]),))


def beside_role_in_profile(params: Params) -> Iterator[Permission]:
    yield Permission("iam:PassRole", (Resource("role", params["RoleName"]),), (TO_EC2, FOR_ANY_INSTANCE))


def beside_template(params: Params) -> Iterator[Permission]:
    if params.get("TagSpecifications"):
        yield Permission("ec2:CreateTags", (Resource("launch-template"),), (created_by("CreateLaunchTemplate"),))


def beside_association(params: Params) -> Iterator[Permission]:
    """Whoever gives an instance a profile passes the role in it."""
    yield pass_role_of(params["IamInstanceProfile"])


def beside_configuration(params: Params) -> Iterator[Permission]:
    if params.get("IamInstanceProfile"):
        yield pass_role_of(in_ec2_words(params["IamInstanceProfile"]))


def beside_group(params: Params) -> Iterator[Permission]:
    """A new group; what it launches from, no group's request tells."""
    if params.get("Tags"):
        yield Permission("autoscaling:CreateOrUpdateTags", (Resource("group", params["AutoScalingGroupName"]),))
    if not params.get("ServiceLinkedRoleARN"):
        # Auto Scaling makes it with an account's first group.
        yield Permission("iam:CreateServiceLinkedRole", (SERVICE_LINKED_ROLE,), (ITS_SERVICE,))
    yield from beside_changed_group(params)
    for hook in params.get("LifecycleHookSpecificationList", []):
        yield from beside_hook(hook)


def beside_changed_group(params: Params) -> Iterator[Permission]:
    for role in whole_arns(params.get("ServiceLinkedRoleARN")):
        yield Permission("iam:PassRole", (role,), (TO_AUTO_SCALING,))


def beside_hook(params: Params) -> Iterator[Permission]:
    for role in whole_arns(params.get("RoleARN")):
        yield Permission("iam:PassRole", (role,), (TO_AUTO_SCALING,))


BESIDE: Mapping[str, Callable[[Params], Iterator[Permission]]] = {
    "iam:CreateRole": beside_role,
    "iam:CreateInstanceProfile": beside_profile,
    "iam:AddRoleToInstanceProfile": beside_role_in_profile,
    "ec2:AssociateIamInstanceProfile": beside_association,
    "ec2:CreateLaunchTemplate": beside_template,
    "ec2:ReplaceIamInstanceProfileAssociation": beside_association,
    "autoscaling:CreateLaunchConfiguration": beside_configuration,
    "autoscaling:CreateAutoScalingGroup": beside_group,
    "autoscaling:UpdateAutoScalingGroup": beside_changed_group,
    "autoscaling:PutLifecycleHook": beside_hook,
}


def created_by(action: str) -> Context:
    return Context("ec2:CreateAction", action, "StringEquals")


def pass_role_of(profile: Mapping[str, str]) -> Permission:
    """The role in a profile, passed by whoever launches with it."""
    return Permission("iam:PassRole", (Resource(ROLE_OF_PROFILE, profile_named(profile) or ""),), (TO_EC2, FOR_INSTANCES_HERE))


def launch(data: Params, group: Params) -> Iterator[Permission]:
    """What is asked of whoever launches instances with these data, or points a group with these members at them."""
    yield Permission("ec2:RunInstances", tuple(sorted(broadest(launched(data, group)))))
    if data.get("IamInstanceProfile"):
        yield pass_role_of(data["IamInstanceProfile"])
    tagged = sorted({one["ResourceType"] for one in data.get("TagSpecifications", [])})
    if tagged:
        yield Permission("ec2:CreateTags", tuple(Resource(kind) for kind in tagged), (created_by("RunInstances"),))
    for image in images(data, group):
        if image.startswith(AT_LAUNCH):
            yield Permission("ssm:GetParameters", (parameter(image[len(AT_LAUNCH) :]),))


def broadest(resources: Iterable[Resource]) -> set[Resource]:
    """The resources without those of a kind of which any is among them."""
    some = set(resources)
    return {one for one in some if not one.name or Resource(one.kind) not in some}


def launched(data: Params, group: Params) -> Iterator[Resource]:
    """The resources of a launch: those that any has, and those that this one names."""
    yield from (Resource("instance"), Resource("volume"))
    # An image that a parameter names may be another at the next launch.
    yield from (Resource("image", image if image.startswith("ami-") else "") for image in images(data, group))
    interfaces = data.get("NetworkInterfaces", [])
    yield from named("network-interface", ids(interfaces, "NetworkInterfaceId"))
    # Of groups by their names no id is known.
    yield from (Resource("security-group") for _name in data.get("SecurityGroups", []))
    yield from named("security-group", [*data.get("SecurityGroupIds", []), *(one for card in interfaces for one in card.get("Groups", []))])
    subnets = [one.strip() for one in group.get("VPCZoneIdentifier", "").split(",")]
    yield from named("subnet", [*subnets, data.get("SubnetId"), *ids(interfaces, "SubnetId")])
    yield from launched_when_named(data, group)


def launched_when_named(data: Params, group: Params) -> Iterator[Resource]:
    yield from found("key-pair", [data.get("KeyName")])
    yield from found("snapshot", ids((one.get("Ebs", {}) for one in data.get("BlockDeviceMappings", [])), "SnapshotId"))
    placement = data.get("Placement", {})
    yield from found("placement-group", [placement.get("GroupName"), group.get("PlacementGroup")])
    target = data.get("CapacityReservationSpecification", {}).get("CapacityReservationTarget", {})
    yield from found("capacity-reservation", [target.get("CapacityReservationId")])
    yield from whole_arns(target.get("CapacityReservationResourceGroupArn"), *ids(data.get("LicenseSpecifications", []), "LicenseConfigurationArn"))
    yield from (Resource(kind) for kind, member in ACCELERATORS if data.get(member))
    yield from (Resource("launch-template", known_name(one.get("LaunchTemplateId"))) for one in templates(group))


ACCELERATORS = (
    ("elastic-gpu", "ElasticGpuSpecifications"),
    ("elastic-gpu", "ElasticGpuSpecification"),
    ("elastic-inference", "ElasticInferenceAccelerators"),
)


def named(kind: str, names: list[Any]) -> Iterator[Resource]:
    """The resources by name, or any of the kind where none is named."""
    yield from (Resource(kind, name) for name in (list(filter(None, names)) or [""]))


def found(kind: str, names: list[Any]) -> Iterator[Resource]:
    yield from (Resource(kind, name) for name in names if name)


def ids(items: Any, member: str) -> list[Any]:
    return [item[member] for item in items if item.get(member)]


def images(data: Params, group: Params) -> list[str]:
    """The images that instances may launch from; an empty one stands for what another template says."""
    others = ["" if "LaunchTemplateSpecification" in one else one.get("ImageId") for one in overrides(group)]
    return [data.get("ImageId") or "", *(image for image in others if image is not None)]


def templates(group: Params) -> Iterator[Params]:
    """The launch templates that a group names."""
    policy = group.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {})
    said = (group, policy, *overrides(group))
    yield from (one[member] for one in said for member in ("LaunchTemplate", "LaunchTemplateSpecification") if one.get(member))


def overrides(group: Params) -> list[Params]:
    return group.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {}).get("Overrides") or []
