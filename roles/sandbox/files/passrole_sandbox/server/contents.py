# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Count what the sandbox holds, in all of its accounts and regions. Counting creates no account and no region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moto.autoscaling.models import autoscaling_backends
from moto.ec2.models import ec2_backends
from moto.iam.models import AWSManagedPolicy, iam_backends

from .messages import SINGULAR


def count_contents() -> dict[str, int]:
    """Return how many resources there are, by their plural noun. Terminated instances and AWS's own policies are left out."""
    iam, ec2, autoscaling = (list(regions(backends)) for backends in (iam_backends, ec2_backends, autoscaling_backends))
    found = (
        sum(len(region.roles) for region in iam),
        sum(len(region.instance_profiles) for region in iam),
        sum(not isinstance(policy, AWSManagedPolicy) for region in iam for policy in region.managed_policies.values()),
        sum(len(region.users) for region in iam),
        sum(len(region.launch_templates) for region in ec2),
        sum(len(region.launch_configurations) for region in autoscaling),
        sum(len(region.autoscaling_groups) for region in autoscaling),
        sum(instance.state != "terminated" for region in ec2 for instance in region.all_instances()),
    )
    return dict(zip(SINGULAR, found))


def regions(backends: Mapping[str, Mapping[str, Any]]) -> Iterator[Any]:
    return (region for account in list(backends.values()) for region in list(account.values()))
