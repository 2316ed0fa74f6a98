# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The resources a request names, by the reference's types: what is there by its real ARN, what is not by the one it would have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ec2.exceptions import EC2ClientError
from moto.organizations.models import OrganizationsBackend, organizations_backends

from ..associations import find_association
from ..templates import find_template
from .callers import by_key, tags_of
from .requests import Request, Resource, requested

Found = Iterator[Resource]
ANY = "*"
# IAM names what a call makes by its ARN, and what a call is about by its kind and name.
MAKES = ("CreateRole", "CreateInstanceProfile", "CreateUser", "CreateGroup")
EC2_IDS = {
    "ami": "image", "i": "instance", "key": "key-pair", "lt": "launch-template", "eni": "network-interface", "pg": "placement-group",
    "sg": "security-group", "snap": "snapshot", "subnet": "subnet", "vol": "volume", "vpc": "vpc",
}  # fmt: skip
EC2_NAMES = {
    "image": "ImageId", "instance": "InstanceId", "key-pair": "KeyPairName", "launch-template": "LaunchTemplateId", "network-interface": "NetworkInterfaceId",
    "placement-group": "PlacementGroupName", "security-group": "SecurityGroupId", "snapshot": "SnapshotId", "subnet": "SubnetId", "volume": "VolumeId",
    "vpc": "VpcId",
}  # fmt: skip


def resources(request: Request, kind: str) -> Found:
    """The resources of this type that the request names."""
    finder = FINDERS.get((request.service, kind))
    return finder(request) if finder else named_by_id(request, kind)


def role(request: Request) -> Found:
    if name := request.params.get("RoleName"):
        yield role_named(request, name)
    elif service := request.params.get("AWSServiceName"):
        yield service_linked_role(request, service, request.params.get("CustomSuffix"))
    elif arn := request.params.get("RoleArn"):
        yield Resource("role", arn)


def role_named(request: Request, name: str) -> Resource:
    """A role that is there has its own path; one that is not has the path asked for, or none."""
    found = next((role for role in request.iam.roles.values() if role.name == name), None)
    return iam_resource(request, "role", name, found, bounded(request, found))


def bounded(request: Request, found: Any) -> dict[str, Any]:
    """The boundary that a request gives, or the one that is there."""
    boundary = request.params.get("PermissionsBoundary") or (found and found.permissions_boundary_arn)
    return {"iam:PermissionsBoundary": boundary, "iam:PolicyARN": request.params.get("PolicyArn")}


def service_linked_role(request: Request, service: str, suffix: str | None = None) -> Resource:
    called = SERVICE_LINKED.get(service, service.partition(".")[0])
    name = f"aws-service-role/{service}/AWSServiceRoleFor{called}{'_' + suffix if suffix else ''}"
    return Resource("role", request.arn("iam", "role", RoleNameWithPath=name), facts={"iam:AWSServiceName": service})


SERVICE_LINKED = {"autoscaling.amazonaws.com": "AutoScaling", "spot.amazonaws.com": "EC2Spot"}


def instance_profile(request: Request) -> Found:
    if name := request.params.get("InstanceProfileName"):
        yield iam_resource(request, "instance-profile", name, request.iam.instance_profiles.get(name), {})


def user(request: Request) -> Found:
    """The user of a call that names none is the one that calls."""
    name = request.params.get("UserName") or (request.caller.name if request.caller.kind == "User" else None)
    if name and "PolicySourceArn" not in request.params:
        found = request.iam.users.get(name)
        tags = by_key(request.iam.list_user_tags(name)) if found else {}
        yield iam_resource(request, "user", name, found, bounded(request, found), tags)


def group(request: Request) -> Found:
    if name := request.params.get("GroupName"):
        yield iam_resource(request, "group", name, request.iam.groups.get(name), {"iam:PolicyARN": request.params.get("PolicyArn")})


def iam_resource(request: Request, kind: str, name: str, found: Any, facts: dict[str, Any], tags: dict[str, str] | None = None) -> Resource:
    element = "".join(word.capitalize() for word in kind.split("-")) + "NameWithPath"
    path = (found.path if found else request.params.get("Path")) or "/"
    arn = request.arn("iam", kind, **{element: f"{path}{name}".lstrip("/")})
    told = arn if request.operation in MAKES else f"{kind.replace('-', ' ')} {name}"
    return Resource(kind, arn, told, tags_of(found) if tags is None else tags, facts)


def policy(request: Request) -> Found:
    if arn := request.params.get("PolicyArn"):
        policies = request.iam.managed_policies
        yield Resource("policy", arn, f"policy {arn}", tags_of(policies[arn]) if arn in policies else {})
    elif (name := request.params.get("PolicyName")) and request.operation == "CreatePolicy":
        path = request.params.get("Path") or "/"
        yield Resource("policy", request.arn("iam", "policy", PolicyNameWithPath=f"{path}{name}".lstrip("/")), f"policy {name}")


def source_of_policies(kind: str, otherwise: Callable[[Request], Found]) -> Callable[[Request], Found]:
    """A simulation is about the user, group or role it names by ARN."""

    def found(request: Request) -> Found:
        arn = request.params.get("PolicySourceArn")
        if arn is None:
            yield from otherwise(request)
        elif f":{kind}/" in arn:
            yield Resource(kind, arn)

    return found


def scaling_group(request: Request) -> Found:
    for name in dict.fromkeys(group_names(request)):
        yield scaling_group_named(request, name)


def group_names(request: Request) -> Iterator[str]:
    if name := request.params.get("AutoScalingGroupName"):
        yield name
    yield from (tag["ResourceId"] for tag in request.params.get("Tags", []) if tag.get("ResourceId"))
    instances = {request.params.get("InstanceId"), *request.params.get("InstanceIds", [])}
    yield from (group.name for group in request.autoscaling.autoscaling_groups.values() if instances & {one.instance.id for one in group.instance_states})


def scaling_group_named(request: Request, name: str) -> Resource:
    """A group that is to be made has no id yet, and the tags that it is to have."""
    found = request.autoscaling.autoscaling_groups.get(name)
    arn = found.arn if found else request.arn("autoscaling", "autoScalingGroup", GroupId=ANY, GroupFriendlyName=name)
    return Resource("autoScalingGroup", arn, tags=by_key(found.tags if found else request.params.get("Tags", [])), facts=of_group(request.params))


def of_group(params: dict[str, Any]) -> dict[str, Any]:
    """What a request says of a group, for Auto Scaling's own keys."""
    spec = params.get("LaunchTemplate") or params.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {}).get("LaunchTemplateSpecification")
    return {
        "autoscaling:ForceDelete": params.get("ForceDelete"),
        "autoscaling:InstanceTypes": instance_types(params) or None,
        "autoscaling:LaunchConfigurationName": params.get("LaunchConfigurationName"),
        "autoscaling:LaunchTemplateVersionSpecified": None if spec is None else str(spec.get("Version", "")).isdigit(),
        "autoscaling:LoadBalancerNames": params.get("LoadBalancerNames"),
        "autoscaling:MaxSize": params.get("MaxSize"),
        "autoscaling:MinSize": params.get("MinSize"),
        "autoscaling:TargetGroupARNs": params.get("TargetGroupARNs"),
        "autoscaling:TrafficSourceIdentifiers": [source["Identifier"] for source in params.get("TrafficSources", [])] or None,
        "autoscaling:VPCZoneIdentifiers": params["VPCZoneIdentifier"].split(",") if params.get("VPCZoneIdentifier") else None,
    }


def instance_types(params: dict[str, Any]) -> list[str]:
    overrides = params.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {}).get("Overrides", [])
    return [override["InstanceType"] for override in overrides if "InstanceType" in override]


def launch_configuration(request: Request) -> Found:
    if name := request.params.get("LaunchConfigurationName"):
        found = request.autoscaling.launch_configurations.get(name)
        arn = found.arn if found else request.arn("autoscaling", "launchConfiguration", Id=ANY, LaunchConfigurationName=name)
        yield Resource("launchConfiguration", arn, facts=of_configuration(request.params))


def of_configuration(params: dict[str, Any]) -> dict[str, Any]:
    options = params.get("MetadataOptions", {})
    return {
        "autoscaling:ImageId": params.get("ImageId"),
        "autoscaling:InstanceType": params.get("InstanceType"),
        "autoscaling:MetadataHttpEndpoint": options.get("HttpEndpoint"),
        "autoscaling:MetadataHttpPutResponseHopLimit": options.get("HttpPutResponseHopLimit"),
        "autoscaling:MetadataHttpTokens": options.get("HttpTokens"),
        "autoscaling:SpotPrice": params.get("SpotPrice"),
    }


def launch_template(request: Request) -> Found:
    if request.operation in ("CreateTags", "DeleteTags"):
        yield from named_by_id(request, "launch-template")
        return
    own = {tag["Key"]: tag["Value"] for tag in specified(request.params, "launch-template")}
    yield ec2_resource(request, "launch-template", template_id(request), requested(own))


def template_id(request: Request) -> str:
    """A template that is to be made has no id yet, and neither has one that EC2 does not know."""
    if request.operation == "CreateLaunchTemplate":
        return ANY
    with suppress(EC2ClientError):
        return find_template(request.ec2, request.params).id
    return request.params.get("LaunchTemplateId", ANY)


def specified(params: Any, kind: str) -> list[dict[str, str]]:
    return [tag for one in params.get("TagSpecifications", []) if one.get("ResourceType") == kind for tag in one.get("Tags", [])]


def instance(request: Request) -> Found:
    """The instances named, or the one of a named association."""
    if association := request.params.get("AssociationId"):
        with suppress(ServiceException):
            yield ec2_resource(request, "instance", find_association(request.ec2, association).instance_id)
    elif request.operation in ("CreateTags", "DeleteTags"):
        yield from named_by_id(request, "instance")
    else:
        for named in filter(None, [request.params.get("InstanceId"), *request.params.get("InstanceIds", [])]):
            yield ec2_resource(request, "instance", named)


def named_by_id(request: Request, kind: str) -> Found:
    """The resources that CreateTags and DeleteTags name, each by an id that begins with its kind."""
    for named in request.params.get("Resources", []):
        if EC2_IDS.get(named.partition("-")[0]) == kind:
            yield ec2_resource(request, kind, named)


def ec2_resource(request: Request, kind: str, named: str, facts: dict[str, Any] | None = None) -> Resource:
    tags = {} if named == ANY else dict(request.ec2.tags.get(named, {}))
    return Resource(kind, request.arn("ec2", kind, **{EC2_NAMES[kind]: named}), tags=tags, facts=facts or {})


def parameter(request: Request) -> Found:
    names = [*request.params.get("Names", []), *filter(None, [request.params.get("Name")])]
    return (parameter_named(request, name) for name in names)


def parameter_named(request: Request, name: str) -> Resource:
    """A parameter that AWS publishes belongs to no account."""
    arn = request.arn("ssm", "parameter", ParameterNameWithoutLeadingSlash=name.partition(":")[0].lstrip("/"))
    return Resource("parameter", arn.replace(f":{request.account}:", "::") if name.startswith("/aws/") else arn)


def own_account(request: Request) -> Found:
    """The account of a call that names none is the caller's."""
    if request.params.get("AccountId", request.account) == request.account:
        yield Resource("account", request.arn("account", "account"))


def member_account(request: Request) -> Found:
    named = request.params.get("AccountId", request.account)
    for one in organization_of(request).accounts if named != request.account else ():
        if one.id == named:
            yield Resource("accountInOrganization", one.arn.replace(":organizations:", ":account:"))


def in_organization(kind: str, word: str) -> Callable[[Request], Found]:
    """What of an organization a call names by its id; its ARN's last part but one begins with its type."""

    def find(request: Request) -> Found:
        backend = organization_of(request)
        asked = {request.params.get(name) for name in ("ResourceId", "ParentId", "ChildId", "AccountId", "OrganizationalUnitId")}
        every = [*backend.accounts, *backend.ou] if backend.org else []
        yield from (Resource(kind, one.arn) for one in every if one.id in asked and one.arn.split(":")[5].startswith(f"{word}/"))

    return find


def organization_of(request: Request) -> OrganizationsBackend:
    return organizations_backends[request.account][request.partition]


def hub(request: Request) -> Found:
    yield Resource("hub", request.arn("securityhub", "hub"))


def product(request: Request) -> Found:
    """The products that findings are of, each told with the accounts whose findings they are."""
    findings = request.params.get("Findings", [])
    for arn in dict.fromkeys(one["ProductArn"] for one in findings):
        accounts = sorted({one["AwsAccountId"] for one in findings if one["ProductArn"] == arn})
        yield Resource("product", arn, facts={"securityhub:TargetAccount": accounts})


FINDERS: dict[tuple[str, str], Callable[[Request], Found]] = {
    ("iam", "role"): source_of_policies("role", role),
    ("iam", "user"): source_of_policies("user", user),
    ("iam", "group"): source_of_policies("group", group),
    ("iam", "instance-profile"): instance_profile,
    ("iam", "policy"): policy,
    ("sts", "role"): role,
    ("autoscaling", "autoScalingGroup"): scaling_group,
    ("autoscaling", "launchConfiguration"): launch_configuration,
    ("ec2", "launch-template"): launch_template,
    ("ec2", "instance"): instance,
    ("ssm", "parameter"): parameter,
    ("account", "account"): own_account,
    ("account", "accountInOrganization"): member_account,
    ("organizations", "account"): in_organization("account", "account"),
    ("organizations", "organizationalunit"): in_organization("organizationalunit", "ou"),
    ("organizations", "root"): in_organization("root", "root"),
    ("securityhub", "hub"): hub,
    ("securityhub", "product"): product,
}
