# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is in one region, for the tests that ask who uses a thing. Pure: the answers of AWS, from what a test says is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused

Answer = Mapping[str, Any]


class Region:
    """A ``find`` that remembers what it was asked."""

    def __init__(
        self,
        groups: Sequence[Answer] = (),
        versions: Sequence[Answer] = (),
        configurations: Sequence[Answer] = (),
        instances: Sequence[Answer] = (),
        denied: Collection[str] = (),
    ) -> None:
        self.asked: list[str] = []
        self._denied = denied
        self._versions = versions
        self._answers = {
            "describe_auto_scaling_groups": {"AutoScalingGroups": groups},
            "describe_launch_configurations": {"LaunchConfigurations": configurations},
            "describe_instances": {"Reservations": [{"Instances": [instance]} for instance in instances]},
        }

    def __call__(self, _service: str, operation: str, absent: str = "", **params: Any) -> Any:
        self.asked.append(operation)
        if operation in self._denied:
            raise CallRefused("UnauthorizedOperation", "You are not authorized to perform this operation.")
        if operation == "describe_launch_template_versions":
            return {"LaunchTemplateVersions": [one for one in self._versions if told(one, **params)]}
        return self._answers[operation]


def told(version: Answer, Versions: Sequence[str] = (), LaunchTemplateId: str | None = None, MaxResults: int = 200) -> bool:
    """Whether EC2 tells of a version: one that is neither the latest nor the default only of a template that is named."""
    if LaunchTemplateId is None:
        return bool(version["DefaultVersion"] or version.get("Latest"))
    return version["LaunchTemplateId"] == LaunchTemplateId and (not Versions or str(version["VersionNumber"]) in Versions)


def version(template: str, number: int, profile: str, **more: Any) -> dict[str, Any]:
    """A version of a template, that carries a profile."""
    named = {"LaunchTemplateId": f"lt-{template}", "LaunchTemplateName": template, "VersionNumber": number, "DefaultVersion": False}
    return {**named, "LaunchTemplateData": {"IamInstanceProfile": {"Name": profile}}, **more}


def group(name: str, **launching: Any) -> dict[str, Any]:
    return {"AutoScalingGroupName": name, **launching}


def naming(template: str, number: str) -> dict[str, str]:
    """A template as a group names it."""
    return {"LaunchTemplateId": f"lt-{template}", "LaunchTemplateName": template, "Version": number}


def instance(number: int, state: str = "running", of: str = "") -> dict[str, Any]:
    tags = [{"Key": "aws:autoscaling:groupName", "Value": of}] if of else []
    return {"InstanceId": f"i-{number}", "State": {"Name": state}, "Tags": tags}
