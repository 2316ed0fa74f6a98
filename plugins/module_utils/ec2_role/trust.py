# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may assume a role: EC2 always, others when the playbook names them. Pure: no AWS, no Ansible. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from ..core.errors import Refused
from ..core.policies import TRUST, document, from_json, listed, statements
from ..core.shapes import closest, described

EC2 = "ec2.amazonaws.com"
EC2_IN_CHINA = "ec2.amazonaws.com.cn"
ASSUME = "sts:AssumeRole"

# The principals that sts:AssumeRole is for; federated users come by other actions.
PRINCIPALS = ("AWS", "Service")


def wanted_trust(params: Mapping[str, Any], partition: str) -> dict[str, Any]:
    """The trust policy that the options ask for."""
    declared = params["assume_role_policy_document"]
    if declared is None:
        return default_trust(params["assume_role_principals"] or {}, partition)
    said = document(declared, TRUST, "assume_role_policy_document")
    if not lets_ec2_in(said, partition):
        raise Refused(
            "assume_role_policy_document: does not let EC2 assume the role; a statement must allow "
            f"{ASSUME} to the Service {ec2(partition)}"
        )
    return said


def declared_trust(params: Mapping[str, Any], partition: str) -> Mapping[str, Any]:
    """The trust policy that a deletion declares, so that its principals are no reason to refuse; nothing where it declares none."""
    said = params["assume_role_policy_document"]
    if said is None:
        return default_trust(params["assume_role_principals"], partition) if params["assume_role_principals"] else {}
    words = from_json(said, "assume_role_policy_document") if isinstance(said, str) else said
    if not isinstance(words, Mapping):
        raise Refused(f"assume_role_policy_document: must be a policy document with Version and Statement, not {described(words)}")
    return words


def ec2(partition: str) -> str:
    return EC2_IN_CHINA if partition == "aws-cn" else EC2


def default_trust(others: Mapping[str, Any], partition: str) -> dict[str, Any]:
    """EC2, and the principals beside it, in one statement."""
    principal = {kind: sorted(set(names)) for kind, names in checked(others, partition).items() if names}
    principal["Service"] = sorted({ec2(partition), *principal.get("Service", [])})
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {kind: briefly(principal[kind]) for kind in sorted(principal)}, "Action": ASSUME}
        ],
    }


def briefly(names: list[str]) -> Any:
    # So IAM's console writes it, and so most documents are.
    return names[0] if len(names) == 1 else names


def checked(others: Mapping[str, Any], partition: str) -> dict[str, list[str]]:
    for kind in others:
        if kind not in PRINCIPALS:
            hint = closest(str(kind), PRINCIPALS) or "; for others declare assume_role_policy_document"
            raise Refused(f"assume_role_principals.{kind}: must be AWS or Service{hint}")
    return {kind: list(names_in(kind, said, partition)) for kind, said in others.items()}


def names_in(kind: str, said: Any, partition: str) -> Iterator[str]:
    for index, name in enumerate(listed(said or [])):
        path = f"assume_role_principals.{kind}[{index}]"
        if not isinstance(name, str) or not name:
            raise Refused(f"{path}: must be a string, not {described(name)}; quote the number of an account")
        # IAM tells an account as the ARN of its root.
        yield f"arn:{partition}:iam::{name}:root" if kind == "AWS" and is_account(name) else name


def is_account(name: str) -> bool:
    return len(name) == 12 and name.isdecimal()


def lets_ec2_in(words: Mapping[str, Any], partition: str) -> bool:
    return any(
        statement["Effect"] == "Allow" and allows_assume(statement) and names_ec2(statement.get("Principal"), partition)
        for statement in statements(words)
    )


def allows_assume(statement: Mapping[str, Any]) -> bool:
    # Actions have no case, and may have wildcards.
    actions = [str(action).lower() for action in listed(statement.get("Action") or [])]
    return any(fnmatchcase(ASSUME.lower(), action) for action in actions)


def names_ec2(principal: Any, partition: str) -> bool:
    if not isinstance(principal, Mapping):
        return principal == "*"
    return any(is_ec2(str(name), partition) for name in listed(principal.get("Service") or []))


def is_ec2(service: str, partition: str) -> bool:
    if partition in ("aws", "aws-us-gov"):
        return service == EC2
    # China takes both spellings; the isolated partitions have domains of their own.
    return service in (EC2, EC2_IN_CHINA) or (partition != "aws-cn" and service.startswith("ec2."))
