# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""GetAccountAuthorizationDetails in pages, with the policies' names, without making AWS's own policies to leave them out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.models import AWSManagedPolicy, IAMBackend, ManagedPolicy
from moto.iam.responses import IamResponse

from ..mending import mends
from ..paging import page

LISTS = {
    "User": "UserDetailList",
    "Group": "GroupDetailList",
    "Role": "RoleDetailList",
    "LocalManagedPolicy": "Policies",
    "AWSManagedPolicy": "Policies",
}

ManagedPolicy.policy_id = property(lambda self: self.id)
ManagedPolicy.policy_name = property(lambda self: self.name)


@mends(IamResponse)
def get_account_authorization_details(self):
    wanted = self._get_param("Filter", []) or list(LISTS)
    everything = [(LISTS[kind], item) for kind in LISTS if kind in wanted for item in entities(self.backend, kind)]
    found = page(everything, int(self._get_param("MaxItems", 100)), self._get_param("Marker"))
    lists: dict[str, list[Any]] = {name: [] for name in LISTS.values()}
    for name, item in found.items:
        lists[name].append(item)
    return ActionResult({**lists, "IsTruncated": found.token is not None, "Marker": found.token})


def entities(backend: IAMBackend, kind: str) -> Iterable[Any]:
    if kind == "LocalManagedPolicy":
        return backend.managed_policies.own()
    if kind == "AWSManagedPolicy":
        return [policy for policy in backend.managed_policies.values() if isinstance(policy, AWSManagedPolicy)]
    return {"User": backend.users, "Group": backend.groups, "Role": backend.roles}[kind].values()
