# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Audits as instance_profile_audit returns them, made without AWS: as many groups as asked, the same ones each time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

ACCOUNT = "123456789012"
REGION = "eu-west-1"
AT = "2026-11-26T23:30:00+00:00"
HOSTILE = "</script><script>document.title='caught'</script><img src=x onerror=\"document.title='caught'\">"
GUIDE = "https://docs.aws.amazon.com/autoscaling/ec2/userguide/create-launch-template.html"

SEVERITIES = ("critical", "high", "medium", "low", "informational")


def rule(name: str, severity: str, title: str, why: str, controls: Mapping[str, list[str]], everywhere: bool = False) -> dict[str, Any]:
    return {"rule": name, "severity": severity, "title": title, "why": why, "guide": GUIDE, "controls": dict(controls), "everywhere": everywhere}


RULES = [
    rule("role_may_do_anything", "critical", "A role of instances may do anything",
         "Whoever takes over one instance takes over the account.", {"security_hub": ["IAM.1"], "cis": ["6.0 1.16"]}),
    rule("imdsv2_not_required", "high", "Instances may be asked for the role's credentials without a session token",
         "A request that an attacker makes the application send is answered with the role's credentials.",
         {"aws_config": ["ec2-launch-template-imdsv2-check"], "security_hub": ["EC2.170"], "prowler": ["ec2_launch_template_imdsv2_required"]}),
    rule("instances_carry_another_profile", "medium", "Instances carry another instance profile than their group launches with",
         "What was changed has not reached what runs.", {}),
    rule("group_follows_latest", "low", "A group launches from whichever version of its template is the latest",
         "Whoever may make a version decides what the group runs as.", {"aws_config": ["autoscaling-launch-template"]}),
    rule("role_without_boundary", "informational", "A role of instances has no permissions boundary", "Nothing bounds what may be added to it.", {}),
    rule("role_unused", "low", "Nothing uses a role", "What nobody uses nobody watches.", {"security_hub": ["IAM.22"]}, everywhere=True),
]
BY_NAME = {one["rule"]: one for one in RULES}


def audit(groups: int = 3, account: str = ACCOUNT, region: str = REGION, names: tuple[str, ...] = (), at: str = AT, clean: int = 2) -> dict[str, Any]:
    """One account and region; every so manyth group is clean."""
    named = [*names, *(f"web-{number:04}" for number in range(groups - len(names)))]
    findings = [one for number, name in enumerate(named) if not clean or number % clean for one in findings_of(number, name, account, region)]
    silent = [{**unused(account, region), "silence": {"reason": "moved by 2027", "expires": "2027-01-31"}}]
    return {
        "account_id": account,
        "region": region,
        "partition": "aws",
        "audited_at": at,
        "rules": RULES,
        "findings": sorted(findings, key=lambda one: (SEVERITIES.index(one["severity"]), one["rule"], one["subject"])),
        "silenced": silent,
        "summary": summary(named, findings),
        "estate": estate(named, account, region),
        "not_judged": ["role broken-policy was not judged offline: its policy is no policy"],
    }


def summary(named: list[str], findings: list[dict[str, Any]]) -> dict[str, Any]:
    found = [one["severity"] for one in findings]
    return {
        "auto_scaling_groups": len(named),
        "instances": 2 * len(named),
        "launch_templates": len(named),
        "launch_configurations": 0,
        "instance_profiles": len(named),
        "iam_roles": len(named),
        "findings": {severity: found.count(severity) for severity in SEVERITIES},
        "silenced": 1,
        "rules": len(RULES),
        "fixable": sum(1 for one in findings if one["fix"]),
    }


def arn(service: str, account: str, region: str, rest: str) -> str:
    return f"arn:aws:{service}:{region}:{account}:{rest}"


def group_arn(name: str, account: str, region: str) -> str:
    return arn("autoscaling", account, region, f"autoScalingGroup:0f1e2d3c:autoScalingGroupName/{name}")


def template_id(name: str) -> str:
    return f"lt-0{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def finding(name: str, subject: str, kind: str, subject_name: str, where: tuple[str, str], groups: list[str], **more: Any) -> dict[str, Any]:
    one = BY_NAME[name]
    return {
        "id": hashlib.sha256(f"{name} {subject}".encode()).hexdigest()[:24],
        **{key: one[key] for key in ("rule", "severity", "title", "why", "controls", "everywhere")},
        "what": f"{kind.replace('_', ' ').capitalize()} {subject_name} is not as it should be",
        "subject": subject,
        "subject_type": kind,
        "subject_name": subject_name,
        "account_id": where[0],
        "region": where[1],
        "groups": groups,
        "evidence": {"seen": "so", "twice": ["a", "b"], "inner": {"version": 3, "is_default": False}},
        "remedy": f"Mend {subject_name}",
        "fix": None,
        **more,
    }


def findings_of(number: int, name: str, account: str, region: str) -> Iterator[dict[str, Any]]:
    """What is wrong with a group: five findings, graver ones more rarely."""
    where = (account, region)
    template = arn("ec2", account, region, f"launch-template/{template_id(name)}")
    role = arn("iam", account, "", f"role/{name}-role")
    if number % 9 == 1:
        yield finding("role_may_do_anything", role, "iam_role", f"{name}-role", where, [name], evidence={"policies": ["AdministratorAccess"]})
    if number % 3 == 1:
        seen = {"version": 3, "http_tokens": "optional"}
        yield finding("imdsv2_not_required", template, "launch_template", name, where, [name], fix=imdsv2(name), evidence=seen)
    if number % 5 == 1:
        yield finding("instances_carry_another_profile", group_arn(name, account, region), "auto_scaling_group", name, where, [name])
    yield finding("group_follows_latest", group_arn(name, account, region), "auto_scaling_group", name, where, [name], fix=pinned(name))
    yield finding("role_without_boundary", role, "iam_role", f"{name}-role", where, [name])


def imdsv2(name: str) -> dict[str, Any]:
    template = {"name": name, "source_version": "latest", "metadata_options": {"http_tokens": "required"}}
    return {"module": "asg_launch_with_profile", "fleet": [{"name": name, "adopt": True, "launch_template": template}]}


def pinned(name: str) -> dict[str, Any]:
    return {"module": "asg_launch_with_profile", "fleet": [{"name": name, "launch_template": {"name": name, "version": "3"}}]}


def unused(account: str, region: str) -> dict[str, Any]:
    return finding("role_unused", arn("iam", account, "", "role/nobody"), "iam_role", "nobody", (account, region), [])


def estate(named: list[str], account: str, region: str) -> dict[str, Any]:
    return {
        "groups": [group(name, account, region) for name in named],
        "sources": [source(name, account, region) for name in named],
        "instance_profiles": [profile(name, account) for name in named],
        "roles": [role_of(name, account) for name in named],
    }


def group(name: str, account: str, region: str) -> dict[str, Any]:
    return {
        "arn": group_arn(name, account, region),
        "name": name,
        "desired_capacity": 2,
        "tags": {"team": name},
        "sources": [f"{template_id(name)}:3"],
        "instances": [instance(name, number, account, region) for number in range(2)],
    }


def instance(name: str, number: int, account: str, region: str) -> dict[str, Any]:
    named = f"i-0{hashlib.sha256(f'{name} {number}'.encode()).hexdigest()[:16]}"
    return {
        "id": named,
        "arn": arn("ec2", account, region, f"instance/{named}"),
        "lifecycle_state": "InService",
        "launched_from": f"{template_id(name)}:3",
        "instance_profile": name,
        "instance_profile_id": "AIPA0123456789ABCDEF0",
        "up_to_date": number == 0,
    }


def source(name: str, account: str, region: str) -> dict[str, Any]:
    return {
        "id": f"{template_id(name)}:3",
        "kind": "launch_template",
        "arn": arn("ec2", account, region, f"launch-template/{template_id(name)}"),
        "name": name,
        "version": "3",
        "asked": ["$Latest"],
        "instance_profile": name,
    }


def profile(name: str, account: str) -> dict[str, Any]:
    return {"arn": arn("iam", account, "", f"instance-profile/{name}"), "name": name, "id": "AIPA0123456789ABCDEF0", "role": f"{name}-role"}


def role_of(name: str, account: str) -> dict[str, Any]:
    managed = "AmazonSSMManagedInstanceCore"
    return {
        "arn": arn("iam", account, "", f"role/{name}-role"),
        "name": f"{name}-role",
        "path": "/",
        "permissions_boundary": "",
        "last_used": "2026-11-20T10:00:00+00:00",
        "policies": [{"name": managed, "arn": f"arn:aws:iam::aws:policy/{managed}", "kind": "managed"}, {"name": "read", "arn": "", "kind": "inline"}],
    }
