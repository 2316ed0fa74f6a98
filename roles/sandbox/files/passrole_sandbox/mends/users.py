# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users: AIDA ids, permissions boundaries that exist, which moto does not keep, and the account of a key, which moto is long to find."""

from __future__ import annotations

from moto.core.responses import EmptyResult
from moto.iam import models
from moto.iam.models import IAMBackend, User
from moto.iam.responses import IamResponse
from moto.iam.utils import generate_access_key_id_from_account_id

from ..mending import mends
from ..permissions.callers import account_with
from .managed_policies import attachable

create_checked = IAMBackend.create_user
respond_created = IamResponse.create_user

User.permissions_boundary_arn = None


def shown_boundary(user: User) -> dict[str, str] | None:
    arn = user.permissions_boundary_arn
    return {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn} if arn else None


User.permissions_boundary = property(shown_boundary)


models.get_account_id_from = account_with


@mends(IAMBackend)
def create_user(self, *asked, **more):
    user = create_checked(self, *asked, **more)
    user.id = generate_access_key_id_from_account_id(self.account_id, prefix="AIDA", total_length=21)
    return user


@mends(IamResponse, "create_user")
def respond_to_create(self):
    boundary = self._get_param("PermissionsBoundary")
    if boundary:
        attachable(self.backend, boundary, "Scope ARN:")
    answer = respond_created(self)
    self.backend.get_user(self._get_param("UserName")).permissions_boundary_arn = boundary
    return answer


@mends(IamResponse)
def put_user_permissions_boundary(self):
    user = self.backend.get_user(self._get_param("UserName"))
    user.permissions_boundary_arn = attachable(self.backend, self._get_param("PermissionsBoundary"), "Scope ARN:").arn
    return EmptyResult()


@mends(IamResponse)
def delete_user_permissions_boundary(self):
    self.backend.get_user(self._get_param("UserName")).permissions_boundary_arn = None
    return EmptyResult()
