# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read an account and region whole, in AWS's bulk calls, all at the same time. Reading never changes anything. Private to this collection.

Only what has no bulk call is asked for one by one, and only where it matters: versions of launch templates that are neither the latest nor
the default, AWS's own policies that roles have, and the instance refreshes of groups whose instances are not what they should be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from ..core.bulk import DEFAULT, LATEST
from ..core.pool import AT_A_TIME, all_of
from ..core.tags import tag_dict
from ..ec2_role.trust import lets_ec2_in
from ..rollout.observe import refreshes, versions
from .estate import CONFIGURATION, TEMPLATE, Estate, Group, Instance, Launch, Policy, Profile, Role, Source, Template

Find = Callable[..., Any]
Answers = Mapping[str, Any]

THERE = ("pending", "running", "stopping", "stopped")  # the states in which an instance still has its role
DEFAULTS = ("ec2", "get_instance_metadata_defaults", {})
READS: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    "identity": ("sts", "get_caller_identity", {}),
    "groups": ("autoscaling", "describe_auto_scaling_groups", {"MaxRecords": 100}),
    "configurations": ("autoscaling", "describe_launch_configurations", {"MaxRecords": 100}),
    "versions": ("ec2", "describe_launch_template_versions", {"Versions": [LATEST, DEFAULT], "MaxResults": 200}),
    "templates": ("ec2", "describe_launch_templates", {"MaxResults": 200}),
    "instances": ("ec2", "describe_instances", {"Filters": [{"Name": "instance-state-name", "Values": list(THERE)}], "MaxResults": 1000}),
    "profiles": ("iam", "list_instance_profiles", {"MaxItems": 1000}),
    "roles": ("iam", "get_account_authorization_details", {"Filter": ["Role", "LocalManagedPolicy"], "MaxItems": 1000}),
}


def observe(aws: Any, now: datetime | None = None) -> Estate:
    """The account and region as they are; their instance refreshes as far as they matter."""
    told = read(aws)
    account, at = told["identity"]["Account"], now or datetime.now(timezone.utc)
    # The region is known to be given once a call to a service of it was answered.
    place = f"arn:{aws.partition}:ec2:{aws.region}:{account}"
    templates = {one.id: one for one in templates_in(told["templates"], place)}
    sources = {one.id: one for one in (*versions_in(told["versions"], place), *configurations_in(told["configurations"]))}
    sources |= {one.id: one for one in older(told["groups"], templates, sources, aws.find, place)}
    profiles = {one.name: one for one in profiles_in(told["profiles"])}
    roles = {one.name: one for one in roles_in(told["roles"], profiles, aws.partition, aws.find)}
    estate = Estate(
        account_id=account,
        region=aws.region,
        partition=aws.partition,
        at=at,
        groups=tuple(groups_in(told["groups"], templates, sources)),
        sources=sources,
        templates=templates,
        profiles=profiles,
        roles=roles,
        instances=tuple(instances_in(told["instances"], told["groups"], place)),
        metadata_defaults=told["defaults"].get("AccountLevel") or {},
    )
    return with_refreshes(estate, aws.find)


def read(aws: Any) -> dict[str, Any]:
    # Older botocores do not know it; then nothing is known of the account's defaults.
    knows_defaults = "GetInstanceMetadataDefaults" in aws.model("ec2").operation_names
    reads = {**READS, **({"defaults": DEFAULTS} if knows_defaults else {})}
    answers = all_of(list(reads.values()), lambda one: aws.find(one[0], one[1], **one[2]), AT_A_TIME)
    return {"defaults": {}, **dict(zip(reads, answers))}


def templates_in(answer: Answers, place: str) -> Iterator[Template]:
    for one in answer["LaunchTemplates"]:
        id_ = one["LaunchTemplateId"]
        yield Template(id_, one["LaunchTemplateName"], f"{place}:launch-template/{id_}", one["DefaultVersionNumber"], one["LatestVersionNumber"])


def versions_in(answer: Answers, place: str) -> Iterator[Source]:
    return (version(one, place) for one in answer["LaunchTemplateVersions"])


def version(one: Answers, place: str) -> Source:
    id_, number = one["LaunchTemplateId"], str(one["VersionNumber"])
    arn = f"{place}:launch-template/{id_}"
    return Source(f"{id_}:{number}", TEMPLATE, one["LaunchTemplateName"], arn, number, one["DefaultVersion"], one["LaunchTemplateData"])


def configurations_in(answer: Answers) -> Iterator[Source]:
    for one in answer["LaunchConfigurations"]:
        name = one["LaunchConfigurationName"]
        yield Source(f"lc:{name}", CONFIGURATION, name, one["LaunchConfigurationARN"], data=one)


def older(answer: Answers, templates: Mapping[str, Template], known: Mapping[str, Source], find: Find, place: str) -> Iterator[Source]:
    """The versions that groups name by numbers which are neither the latest nor the default, a call for each template."""
    lacking: dict[str, set[str]] = {}
    for group in answer["AutoScalingGroups"]:
        for _place, named in named_by(group):
            template = template_of(named, templates)
            if template and (number := number_of(named, template)) and f"{template.id}:{number}" not in known:
                lacking.setdefault(template.id, set()).add(number)
    told = all_of(sorted(lacking.items()), lambda one: list(versions(one[0], one[1], find)), AT_A_TIME)
    for source, data in (pair for some in told for pair in some):
        template = templates[source.template]
        yield Source(f"{template.id}:{source.version}", TEMPLATE, template.name, f"{place}:launch-template/{template.id}", source.version, data=data)


def groups_in(answer: Answers, templates: Mapping[str, Template], sources: Mapping[str, Source]) -> Iterator[Group]:
    for one in sorted(answer["AutoScalingGroups"], key=lambda one: one["AutoScalingGroupName"]):
        launches = tuple(launch(where, named, templates, sources) for where, named in named_by(one))
        yield Group(one["AutoScalingGroupName"], one["AutoScalingGroupARN"], one, launches)


def named_by(group: Answers) -> Iterator[tuple[str, Mapping[str, str]]]:
    """What a group launches from, as it says it, and in which place: its own first, then those of overrides."""
    policy = group.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {})
    configuration = group.get("LaunchConfigurationName")
    yield "", {"LaunchConfigurationName": configuration} if configuration else group.get("LaunchTemplate") or policy.get("LaunchTemplateSpecification", {})
    for index, override in enumerate(policy.get("Overrides", ())):
        if "LaunchTemplateSpecification" in override:
            yield f"mixed_instances_policy.launch_template.overrides[{index}]", override["LaunchTemplateSpecification"]


def launch(place: str, named: Mapping[str, str], templates: Mapping[str, Template], sources: Mapping[str, Source]) -> Launch:
    if "LaunchConfigurationName" in named:
        name = named["LaunchConfigurationName"]
        return Launch(f"lc:{name}" if f"lc:{name}" in sources else "", f"launch configuration {name}", place=place)
    template, asked = template_of(named, templates), named.get("Version") or DEFAULT
    said = f"version {asked} of launch template {named.get('LaunchTemplateName') or (template.name if template else named.get('LaunchTemplateId', ''))}"
    source = f"{template.id}:{number_of(named, template)}" if template else ""
    return Launch(source if source in sources else "", said, asked, place)


def template_of(named: Mapping[str, str], templates: Mapping[str, Template]) -> Template | None:
    """By its id, or else by its name, as an override may name it."""
    by_name = (one for one in templates.values() if one.name == named.get("LaunchTemplateName"))
    return templates.get(named["LaunchTemplateId"]) if "LaunchTemplateId" in named else next(by_name, None)


def number_of(named: Mapping[str, str], template: Template) -> str:
    """The number that a version stands for; without any, AWS takes the default."""
    said = named.get("Version") or DEFAULT
    return str({LATEST: template.latest, DEFAULT: template.default}.get(said, said))


def profiles_in(answer: Answers) -> Iterator[Profile]:
    for one in sorted(answer["InstanceProfiles"], key=lambda one: one["InstanceProfileName"]):
        role = next(iter(one["Roles"]), {})
        yield Profile(one["InstanceProfileName"], one["Arn"], one["InstanceProfileId"], role.get("RoleName", ""))


def roles_in(answer: Answers, profiles: Mapping[str, Profile], partition: str, find: Find) -> Iterator[Role]:
    """Those that instances have or could have."""
    held = {profile.role for profile in profiles.values()}
    wanted = [one for one in answer["RoleDetailList"] if one["RoleName"] in held or lets_ec2_in(one["AssumeRolePolicyDocument"], partition)]
    documents = documents_of(answer, [one for one in wanted if one["RoleName"] in held], find)
    return (role(one, documents) for one in sorted(wanted, key=lambda one: one["RoleName"]))


def documents_of(answer: Answers, roles: Iterable[Answers], find: Find) -> dict[str, Any]:
    """The documents of managed policies in the versions that count: the account's own were told, of AWS's own those are asked for that roles have."""
    own = {one["Arn"]: default_document(one) for one in answer.get("Policies", ())}
    attached = {policy["PolicyArn"] for one in roles for policy in one["AttachedManagedPolicies"]}
    others = sorted(attached - own.keys())
    return {**own, **dict(zip(others, all_of(others, lambda arn: managed_document(arn, find), AT_A_TIME)))}


def default_document(policy: Answers) -> Any:
    return next((one["Document"] for one in policy["PolicyVersionList"] if one["IsDefaultVersion"]), {})


def managed_document(arn: str, find: Find) -> Any:
    number = find("iam", "get_policy", PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return find("iam", "get_policy_version", PolicyArn=arn, VersionId=number)["PolicyVersion"]["Document"]


def role(one: Answers, documents: Mapping[str, Any]) -> Role:
    managed = [Policy(policy["PolicyName"], documents.get(policy["PolicyArn"]) or {}, policy["PolicyArn"]) for policy in one["AttachedManagedPolicies"]]
    inline = [Policy(policy["PolicyName"], policy["PolicyDocument"]) for policy in one.get("RolePolicyList", ())]
    return Role(
        name=one["RoleName"],
        arn=one["Arn"],
        path=one["Path"],
        trust=one["AssumeRolePolicyDocument"],
        policies=tuple(sorted((*managed, *inline), key=lambda policy: (policy.kind, policy.name))),
        boundary=one.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
        created=one.get("CreateDate"),
        last_used=one.get("RoleLastUsed", {}).get("LastUsedDate"),
        tags=tag_dict(one.get("Tags", [])),
    )


def instances_in(answer: Answers, groups: Answers, place: str) -> Iterator[Instance]:
    """Those that EC2 tells of, with what their groups tell of them."""
    in_groups = {one["InstanceId"]: (group["AutoScalingGroupName"], one) for group in groups["AutoScalingGroups"] for one in group["Instances"]}
    told = [one for reservation in answer["Reservations"] for one in reservation["Instances"]]
    for one in sorted(told, key=lambda one: one["InstanceId"]):
        group, member = in_groups.get(one["InstanceId"], ("", {}))
        id_, named = launched_from(member)
        state = member.get("LifecycleState") or one["State"]["Name"]
        yield Instance(one["InstanceId"], f"{place}:instance/{one['InstanceId']}", one, group, id_, named, state)


def launched_from(member: Answers) -> tuple[str, str]:
    template, configuration = member.get("LaunchTemplate"), member.get("LaunchConfigurationName")
    if template:
        return f"{template['LaunchTemplateId']}:{template['Version']}", f"version {template['Version']} of launch template {template['LaunchTemplateName']}"
    return (f"lc:{configuration}", f"launch configuration {configuration}") if configuration else ("", "")


def with_refreshes(estate: Estate, find: Find) -> Estate:
    """The same, with the latest instance refresh of each group that has instances which are not up to date."""
    behind = [group for group in estate.groups if any(not estate.is_up_to_date(one, group) for one in estate.instances_of(group))]
    latest = all_of(behind, lambda group: next(iter(refreshes(group.name, find)), None), AT_A_TIME)
    found = {group.name: one.answer for group, one in zip(behind, latest) if one}
    return replace(estate, groups=tuple(replace(group, refresh=found.get(group.name)) for group in estate.groups))
