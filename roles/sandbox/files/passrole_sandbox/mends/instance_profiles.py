# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instance profiles: AIPA ids, names unique whatever their case, lists in pages and without tags, and the moment of their last change."""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.core.serialize import never_return
from moto.iam.exceptions import EntityAlreadyExists, LimitExceededException, NotFoundException
from moto.iam.models import IAMBackend, InstanceProfile
from moto.iam.responses import IamResponse
from moto.iam.utils import generate_access_key_id_from_account_id

from ..account import ACCOUNT
from ..mending import mends
from ..paging import page
from ..spreading import EarlyRead

# ListInstanceProfiles' reference: "this operation does not return tags".
IamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER["ListInstanceProfilesResponse.InstanceProfiles.InstanceProfile.Tags"] = never_return


@mends(IAMBackend)
def create_instance_profile(self, name, path, role_names, tags=None):
    if any(profile.name.lower() == name.lower() for profile in self.instance_profiles.values()):
        raise EntityAlreadyExists(f"Instance Profile {name} already exists.")
    named = generate_access_key_id_from_account_id(self.account_id, prefix="AIPA", total_length=21)
    kept = list(self._tag_verification(tags or []).values())
    profile = InstanceProfile(self.account_id, self.region_name, named, name, path, [self.get_role(role) for role in role_names], kept)
    profile.made_at = profile.changed_at = ACCOUNT.clock()
    self.instance_profiles[name] = profile
    return profile


@mends(IAMBackend)
def get_instance_profile(self, profile_name):
    if profile_name in self.instance_profiles:
        return self.instance_profiles[profile_name]
    raise NotFoundException(f"Instance Profile {profile_name} cannot be found.")


@mends(IAMBackend)
def add_role_to_instance_profile(self, profile_name, role_name):
    profile = self.get_instance_profile(profile_name)
    role = self.get_role(role_name)
    if profile.roles:
        raise LimitExceededException("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
    profile.roles.append(role)
    profile.changed_at = profile.roled_at = ACCOUNT.clock()


@mends(IAMBackend)
def remove_role_from_instance_profile(self, profile_name, role_name):
    profile = self.get_instance_profile(profile_name)
    role = self.get_role(role_name)
    if role not in profile.roles:
        raise NotFoundException(f"The role with name {role_name} cannot be found.")
    profile.roles.remove(role)


@mends(IamResponse, "get_instance_profile")
def tell_instance_profile(self):
    return ActionResult({"InstanceProfile": EarlyRead(self.backend.get_instance_profile(self._get_param("InstanceProfileName")))})


@mends(IamResponse)
def list_instance_profiles(self):
    under = self._get_param("PathPrefix", "/")
    return pages(self, [profile for profile in self.backend.instance_profiles.values() if profile.path.startswith(under)])


@mends(IamResponse)
def list_instance_profiles_for_role(self):
    role = self.backend.get_role(self._get_param("RoleName"))
    return pages(self, [profile for profile in self.backend.instance_profiles.values() if role in profile.roles])


@mends(IamResponse)
def list_instance_profile_tags(self):
    tags = self.backend.get_instance_profile(self._get_param("InstanceProfileName")).tags
    return pages(self, sorted(tags, key=lambda tag: tag["Key"]), "Tags")


def pages(response, items, called="InstanceProfiles"):
    found = page(items, int(response._get_param("MaxItems", 100)), response._get_param("Marker"))
    return ActionResult({called: found.items, "IsTruncated": found.token is not None, "Marker": found.token})
