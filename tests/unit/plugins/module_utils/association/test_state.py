# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of instances are sent as EC2 writes their values."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.association.state import desired
from tests.support.service_models import input_shape

OPTIONS = {
    "instance_profile": "web",
    "state": "present",
    "batch_size": 10,
    "instance_ids": None,
    "wait": True,
    "wait_timeout": 600,
}


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (True, ["true"]),
        (False, ["false"]),
        ("True", ["True"]),
        ([True, "Web", 8], ["true", "Web", "8"]),
    ],
)
def test_filter_values_are_texts_and_booleans_are_lowercase(given, sent):
    want = desired({**OPTIONS, "filters": {"ebs-optimized": given}}, input_shape("ec2", "describe_instances"))
    assert want.filters == {"ebs-optimized": sent}
