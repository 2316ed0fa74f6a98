# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sandbox that is emptied lets go of what it held, so that the ten thousandth test is as quick as the first."""

from __future__ import annotations

import gc
import weakref

from moto.ec2.models import ec2_backends
from passrole_sandbox.account import Account
from passrole_sandbox.settings import Settings


def test_nothing_keeps_a_region_once_it_is_emptied():
    region = ec2_backends["123456789012"]["eu-west-1"]
    region.create_network_interface(next(iter(region.get_default_subnets().values())), None)
    kept = weakref.ref(region)
    del region
    Account().empty(Settings())
    gc.collect()
    assert kept() is None
