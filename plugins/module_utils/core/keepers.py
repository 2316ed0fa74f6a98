# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What something else keeps, as far as its tags tell, is not ours to delete. Pure: no AWS. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping

from .errors import Refused

# AWS's guides tell of the tags of stacks (CloudFormation, aws-properties-resource-tags) and environments (Elastic Beanstalk,
# using-features.tagging); that of node groups is from memory. An environment is in a stack too, and better known to its owner.
KEEPERS = {
    "elasticbeanstalk:environment-name": "Elastic Beanstalk environment",
    "eks:cluster-name": "EKS cluster",
    "aws:cloudformation:stack-name": "CloudFormation stack",
}
OF_AWS = "aws:"  # nobody but AWS can set such a tag


def keeper(tags: Mapping[str, str]) -> str:
    """Who keeps a thing with these tags; nobody, as far as they tell, if empty."""
    for key, kind in KEEPERS.items():
        if key in tags:
            return f"{kind} {tags[key]}"
    return next((f"an AWS service, by its tag {key}" for key in sorted(tags) if key.startswith(OF_AWS)), "")


def refuse_kept(thing: str, tags: Mapping[str, str], adopt: bool) -> None:
    """Refuse to delete what its keeper would miss, or make anew."""
    if not adopt and (by := keeper(tags)):
        raise Refused(f"state: {thing} is kept by {by}; delete it there, or set adopt: true")
