# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sandbox that the peers work on, one after the other, each from an empty account with room for all applications."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import boto3

from dev.sandbox import sandbox

ASK = build_opener(ProxyHandler({})).open
REGION, KEY = "eu-west-1", "sandbox"
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


@dataclass(frozen=True)
class Stage:
    """The account, seen from outside."""

    url: str

    def control(self, path: str, body: Any = None) -> Any:
        sent = None if body is None else json.dumps(body).encode()
        method, headers = "GET" if body is None else "POST", {"Content-Type": "application/json"}
        with ASK(Request(f"{self.url}/_sandbox/{path}", data=sent, headers=headers, method=method), timeout=60) as answer:
            return json.load(answer)

    def client(self, service: str) -> Any:
        return boto3.client(service, region_name=REGION, endpoint_url=self.url, aws_access_key_id=KEY, aws_secret_access_key=KEY)

    def set(self, latency: float) -> None:
        """An empty account with the other profile that applications move to."""
        self.control("reset", {})
        self.control("settings", {"most_groups": 10_000})
        iam = self.client("iam")
        iam.create_role(RoleName="other", AssumeRolePolicyDocument=json.dumps(TRUST))
        iam.create_instance_profile(InstanceProfileName="other")
        iam.add_role_to_instance_profile(InstanceProfileName="other", RoleName="other")
        self.control("settings", {"latency": latency})

    @property
    def subnet(self) -> str:
        return self.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]

    def run(self, name: str) -> None:
        self.control("run", {"name": name})

    def calls(self, name: str) -> list[dict[str, Any]]:
        return self.control(f"calls?run={name}")["calls"]


@contextmanager
def staged() -> Iterator[Stage]:
    with sandbox() as url:
        yield Stage(url)
