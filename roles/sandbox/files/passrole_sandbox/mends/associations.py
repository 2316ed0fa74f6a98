# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Associations of profiles with instances: a new id when replaced, refusals by the instance's state, pages."""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.iam_instance_profile import IamInstanceProfileAssociationBackend
from moto.ec2.responses.iam_instance_profiles import IamInstanceProfiles
from moto.iam.models import InstanceProfile

from ..account import ACCOUNT
from ..associations import associate, disassociate, find_association
from ..mending import mends
from ..paging import page
from ..profiles import known_profile, visible

FILTERS = {"instance-id": "instance_id", "state": "state"}


@mends(IamInstanceProfileAssociationBackend)
def associate_iam_instance_profile(self, instance_id, iam_instance_profile_name=None, iam_instance_profile_arn=None):
    profile = asked_profile(self, iam_instance_profile_name, iam_instance_profile_arn)
    instance = self.get_instance(instance_id)
    if instance.state not in ("running", "stopped"):
        raise EC2ClientError("IncorrectInstanceState", f"The instance '{instance_id}' is not in the 'running' or 'stopped' states.")
    if instance_id in self.iam_instance_profile_associations:
        raise EC2ClientError("IncorrectState", f"There is an existing association for instance {instance_id}")
    return associate(self, instance, profile, ACCOUNT.clock())


@mends(IamInstanceProfileAssociationBackend)
def replace_iam_instance_profile_association(self, association_id, iam_instance_profile_name=None, iam_instance_profile_arn=None):
    profile = asked_profile(self, iam_instance_profile_name, iam_instance_profile_arn)
    seen = find_association(self, association_id)
    if not seen.instance.is_running():
        raise EC2ClientError("IncorrectState", f"The association {association_id} is not the active association")
    return associate(self, seen.instance, profile, ACCOUNT.clock())


@mends(IamInstanceProfileAssociationBackend)
def disassociate_iam_instance_profile(self, association_id):
    return disassociate(self, find_association(self, association_id))


@mends(IamInstanceProfiles)
def describe_iam_instance_profile_associations(self):
    ids = self._get_param("AssociationIds", [])
    found = [find_association(self.ec2_backend, named) for named in ids] or self.ec2_backend.iam_instance_profile_associations.values()
    for name, values in self._filters_from_querystring().items():
        found = [seen for seen in found if getattr(seen, FILTERS[name]) in values]
    shown = page(found, int(self._get_param("MaxResults", 1000)), self._get_param("NextToken"))
    return ActionResult({"IamInstanceProfileAssociations": shown.items, "NextToken": shown.token})


def asked_profile(backend: EC2Backend, name: str | None, arn: str | None) -> InstanceProfile:
    profile = known_profile(backend, {key: value for key, value in (("Name", name), ("Arn", arn)) if value})
    if visible(profile):
        return profile
    raise EC2ClientError(
        "IncorrectState",
        f"ResultDetail: {{ Code=InstanceIdentityProfileNotFound, Message=InstanceIdentityProfile not found for the key {profile.arn} }}",
    )
