# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role that an organization makes in a new account is its administrator, as AWS's is; moto gives it no policy."""

from __future__ import annotations

import json

from moto.iam.models import iam_backends
from moto.organizations.models import FakeAccount

from ..mending import mends

EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
make_account = FakeAccount.__init__


@mends(FakeAccount)
def __init__(self, organization, **kwargs):
    make_account(self, organization, **kwargs)
    for role in iam_backends[self.id]["aws"].roles.values():
        role.policies.setdefault("AdministratorAccess", EVERYTHING)
