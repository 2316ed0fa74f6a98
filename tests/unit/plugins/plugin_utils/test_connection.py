# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection of a host follows from its variables; each row is a host as the playbooks meet it."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.plugin_utils.connection import choose_connection

ROLE = {"role_arn": "arn:aws:iam::123456789012:role/deployer"}
TARGET = {"region": "eu-west-1", "aws_assume_role": ROLE, "aws_endpoint_url": "http://127.0.0.1:1", "aws_profile": ""}
TEMPLATES = {"{{ region }}": "us-east-1", "{{ empty }}": ""}


@pytest.mark.parametrize(
    ("variables", "connection", "role"),
    [
        ({}, {}, {}),
        ({"aws_region": "eu-west-1"}, {"region": "eu-west-1"}, {}),
        ({"aws_region": "{{ region }}", "aws_endpoint_url": "{{ empty }}"}, {"region": "us-east-1"}, {}),
        ({"aws_region": "", "aws_endpoint_url": None, "aws_assume_role": ""}, {}, {}),
        ({"aws_profile": ""}, {"profile": ""}, {}),
        ({"aws_profile": "hub", "aws_assume_role": ROLE}, {"profile": "hub"}, ROLE),
        # Only a host of aws_targets is in a region by its own variable.
        ({"region": "eu-north-1", "aws_region": "eu-west-1"}, {"region": "eu-west-1"}, {}),
        (
            {**TARGET, "aws_region": "eu-north-1", "group_names": ["aws_targets"]},
            {"region": "eu-west-1", "endpoint_url": "http://127.0.0.1:1", "profile": ""},
            ROLE,
        ),
        # An instance is in the account and region of its target, before what the job says.
        (
            {"verify_target": "staging", "hostvars": {"staging": TARGET}, "aws_region": "eu-north-1", "aws_profile": "hub"},
            {"region": "eu-west-1", "endpoint_url": "http://127.0.0.1:1", "profile": ""},
            ROLE,
        ),
        ({"verify_target": "", "aws_region": "eu-north-1", "aws_assume_role": ROLE}, {"region": "eu-north-1"}, ROLE),
        ({"verify_target": "bare", "hostvars": {"bare": {"region": ""}}, "aws_region": "eu-north-1"}, {"region": "eu-north-1"}, {}),
    ],
)
def test_a_host_has_its_connection(variables, connection, role):
    assert choose_connection(variables, lambda value: TEMPLATES.get(value, value) if isinstance(value, str) else value) == (connection, role)
