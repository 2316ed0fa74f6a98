# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An organization on the sandbox, and Ansible's commands run on its accounts as users run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.ansible_inventory import run_inventory
from tests.sandbox.policies import ACCOUNT, document

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "sandbox-access-key", "AWS_SECRET_ACCESS_KEY": "sandbox-secret-key"}
EXTERNAL_ID = "example-7f3a"
TEAM = {"team": "platform"}
ASSUME = {"role_name": "deployer", "external_id": EXTERNAL_ID, "tags": TEAM, "role_session_name": "night-run"}
# Lets in whoever tells the external id and the tag, and nobody else.
CONDITION = {"StringEquals": {"sts:ExternalId": EXTERNAL_ID, "aws:RequestTag/team": "platform"}}
TRUST = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": ["sts:AssumeRole", "sts:TagSession"], "Condition": CONDITION}
# What the oldest amazon.aws is told of by the newest ansible-core, and tells of the oldest botocore.
OF_ITS_AGE = ("is not supported or tested", "Deprecation warnings can be disabled", "'ansible.module_utils._text'", "`disable_lookups`")


@dataclass(frozen=True)
class Place:
    """Where commands run: the sandbox and a folder."""

    account: Any
    folder: Path

    def environment(self, **more: str) -> dict[str, str]:
        here = {variable: value for variable, value in os.environ.items() if not variable.startswith(("AWS_", "ANSIBLE_"))}
        own = {"HOME": str(self.folder), "ANSIBLE_HOME": str(self.folder / "ansible"), "NO_PROXY": "127.0.0.1", "COLUMNS": "400", "ANSIBLE_NOCOLOR": "1"}
        return {**here, **CREDENTIALS, **own, **more}

    def command(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ansible", *words],
            cwd=self.folder,
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    def write(self, name: str = "aws_targets.yml", **config: Any) -> Path:
        """A configuration of the inventory; what is None is left out."""
        said = {"plugin": "passrole.ec2.aws_targets", "endpoint_url": self.account.url, **config}
        path = self.folder / name
        path.write_text(json.dumps({word: value for word, value in said.items() if value is not None}), encoding="utf-8")
        return path

    def hosts(self, **config: Any) -> dict[str, dict[str, Any]]:
        """The hosts of a configuration, with their variables."""
        return self.listed(**config)["_meta"]["hostvars"]

    def listed(self, **config: Any) -> dict[str, Any]:
        self.write(**config)
        done = run_inventory(self.folder, self.environment(), "-i", "aws_targets.yml", "--list")
        warned = [line for line in done.stderr.splitlines() if "WARNING" in line and not any(saying in line for saying in OF_ITS_AGE)]
        assert done.returncode == 0 and not warned, done.stderr
        return json.loads(done.stdout)

    def refusal(self, **config: Any) -> str:
        self.write(**config)
        environment = self.environment(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="1")
        done = run_inventory(self.folder, environment, "-i", "aws_targets.yml", "--list")
        assert done.returncode != 0, done.stdout
        return " ".join(done.stderr.split())  # before ansible-core 2.19 a warning is broken into lines of 79


def key_of(answer: Mapping[str, Any]) -> tuple[str, str, str]:
    given = answer["Credentials"]
    return given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]


def inside(account: Any, member: str) -> Any:
    """Clients for a service in an account of the organization, as its administrator."""
    role = f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole"
    key = key_of(account.client("sts").assume_role(RoleArn=role, RoleSessionName="staging"))
    return lambda service, region="eu-west-1": account.client(service, region, key)


def make_role(account: Any, member: str, name: str = "deployer") -> str:
    """The role that a play assumes, which may do everything."""
    iam = inside(account, member)("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, MaxSessionDuration=7200)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document({"Action": "*"}))
    return arn


def make_organization(account: Any) -> dict[str, str]:
    """Two accounts in Workloads/Production and Workloads/Staging, one in Sandboxes, one that is closed; by their names."""
    organizations = account.client("organizations", "us-east-1")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    units = {"": root}
    for path in ("Workloads", "Workloads/Production", "Workloads/Staging", "Sandboxes"):
        parent, _slash, name = path.rpartition("/")
        units[path] = organizations.create_organizational_unit(ParentId=units[parent], Name=name)["OrganizationalUnit"]["Id"]
    found = {}
    for name, unit, stage in (
        ("production", "Workloads/Production", "production"),
        ("staging", "Workloads/Staging", "staging"),
        ("play", "Sandboxes", "none"),
        ("closed", "Workloads/Production", "production"),
    ):
        made = organizations.create_account(AccountName=name, Email=f"{name}@example.com", Tags=[{"Key": "stage", "Value": stage}])
        found[name] = made["CreateAccountStatus"]["AccountId"]
        organizations.move_account(AccountId=found[name], SourceParentId=root, DestinationParentId=units[unit])
        make_role(account, found[name])
    organizations.close_account(AccountId=found["closed"])
    return {**found, **{f"{path}/": unit for path, unit in units.items()}}
