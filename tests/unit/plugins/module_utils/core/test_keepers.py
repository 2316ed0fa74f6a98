# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""By which tags a thing tells that something else keeps it."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.keepers import keeper, refuse_kept

STACK = {"aws:cloudformation:logical-id": "Role", "aws:cloudformation:stack-name": "web", "team": "a"}


@pytest.mark.parametrize(
    ("tags", "by"),
    [
        ({}, ""),
        ({"team": "a", "awsome": "b", "aws": "c"}, ""),
        (STACK, "CloudFormation stack web"),
        ({**STACK, "elasticbeanstalk:environment-name": "shop"}, "Elastic Beanstalk environment shop"),
        ({"eks:cluster-name": "prod", "eks:nodegroup-name": "a"}, "EKS cluster prod"),
        ({"aws:servicecatalog:productArn": "arn:…"}, "an AWS service, by its tag aws:servicecatalog:productArn"),
    ],
)
def test_a_keeper_is_known_by_its_tags(tags, by):
    assert keeper(tags) == by


def test_what_is_kept_by_something_else_is_deleted_only_when_adopted():
    with pytest.raises(Refused) as refusal:
        refuse_kept("role web", STACK, adopt=False)
    assert str(refusal.value) == "state: role web is kept by CloudFormation stack web; delete it there, or set adopt: true"
    refuse_kept("role web", STACK, adopt=True)
    refuse_kept("role web", {"team": "a"}, adopt=False)
