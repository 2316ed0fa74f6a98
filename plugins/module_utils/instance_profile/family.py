# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instance profiles that were given one role each: whose turn it is, and which were those of roles before. Pure. Private to this collection.

The declared name is the first one's. The others bear it with a digest of their role, so that a name tells which role it was made for:
a profile counts as one of them while it holds that role, and nobody else's can be taken for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

from ..core.earlier import USED_BEFORE, Earlier
from ..core.keepers import keeper, refuse_kept
from ..core.plan import Plan
from ..core.regions import describe_search, warn_of_unread
from ..core.users import Users, list_evidence
from .plan import RETAINED, is_retained, refuse_deprived, removal
from .state import Desired, Profile

LONGEST = 128  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
OPTION = "former_instance_profiles"


@dataclass(frozen=True)
class Former:
    """One that another role was given, and who still uses it."""

    profile: Profile
    users: Users = Users()
    is_proven: bool = True  # whether it is known to belong to the same application

    def stays(self, adopt: bool) -> list[str]:
        """Why it cannot go yet."""
        by = [] if adopt else [keeper(self.profile.tags)]
        return [*list_evidence(self.users), *self.users.unseen, *filter(None, by), *([] if self.is_proven else [self.doubt])]

    @property
    def doubt(self) -> str:
        role = self.profile.role
        return f"role {role}, which may belong to another application; to delete the instance profile, use state: absent with role: {role}"


def name_for(base: str, role: str) -> str:
    digest = sha256(role.encode()).hexdigest()[:8]
    return f"{base[: LONGEST - len(digest) - 1]}-{digest}"


def is_of(base: str, name: str, role: str | None) -> bool:
    return name == base or (role is not None and name == name_for(base, role))


def is_proven(base: str, profile: Profile, want: Desired, earlier: Earlier) -> bool:
    """Whether a profile that holds another role was an earlier one of the same application.

    The digest in its name proves it. The declared name alone does not, as somebody else may have made that profile. There it takes an
    earlier task of the play that saw the profile, with the same role, in use: what used it has moved to the new role's since.
    """
    if profile.name != base or profile.role is None or want.role is None:
        return True
    before = earlier.made(USED_BEFORE, profile.name)
    return profile.role == want.role.name or (want.present and before is not None and before["role"] == profile.role)


def whose_turn(want: Desired, first: Profile | None, own: Profile | None) -> Desired:
    """What is wanted, of the profile that holds the role or is free to; ``first`` bears the declared name, ``own`` the role's."""
    role = want.role.name if want.role else None
    if first and first.role == role:
        return want
    taken = first is not None and first.role is not None
    return replace(want, name=name_for(want.name, str(role))) if taken or (own and own.role == role) else want


def retirement(want: Desired, formers: Sequence[Former]) -> Plan:
    """Delete those that nothing uses any more, and say what keeps the others; where all are to go, refuse to leave one."""
    if not want.present:
        for one in formers:
            if not one.is_proven:
                continue
            if is_retained(want, one.users):
                continue
            refuse_kept(f"instance profile {one.profile.name}", one.profile.tags, want.adopt)
            refuse_deprived(replace(want, name=one.profile.name), one.users)
    going = [one.profile for one in formers if not one.stays(want.adopt)]
    return Plan(
        before=shown(one.profile for one in formers),
        after=shown(one.profile for one in formers if one.profile not in going),
        # What is gone is not waited for: the wait would be a later answer to the read that tells of the role's own profile.
        steps=tuple(step for profile in going for step in removal(replace(want, wait=False), profile)),
        result={OPTION: [told(one, one.stays(want.adopt)) for one in formers], **describe_search_of(formers)},
        outcome={**({"instance_profile": {profile.name: None for profile in going}} if going else {}), **used_before(formers)},
        warnings=tuple(retirement_warnings(want, formers)),
    )


def retirement_warnings(want: Desired, formers: Sequence[Former]) -> Iterator[str]:
    for one in formers:
        if not (want.present or one.is_proven):
            yield f"role: instance profile {one.profile.name} stays: it holds {one.doubt}"
        if not one.stays(want.adopt):
            yield from warn_of_unread(one.users, OPTION)


def describe_search_of(formers: Sequence[Former]) -> dict[str, Any]:
    """What was searched for the users of those whose deletion depends on other regions; each searches the same regions."""
    return next((describe_search(one.users) for one in formers if one.users.others), {})


def used_before(formers: Sequence[Former]) -> dict[str, Any]:
    """What later tasks of the play cannot see any more, once they have moved its users."""
    used = {one.profile.name: {"role": one.profile.role} for one in formers if one.users.found and not one.is_proven}
    return {USED_BEFORE: used} if used else {}


def shown(profiles: Iterable[Profile]) -> dict[str, Any]:
    return {OPTION: {profile.name: asdict(profile) for profile in profiles}}


def told(former: Former, stays: list[str]) -> Mapping[str, Any]:
    return {"instance_profile_name": former.profile.name, "role": former.profile.role, "removed": not stays, "used_by": stays}


def brief(params: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """What a fleet returns even of a member that does not change: a name of its own, and a profile that stays because other regions use it."""
    return {**own_name(params, result), **{word: result[word] for word in (RETAINED,) if word in result}}


def own_name(params: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """What the profile of a family is called, for who launches with it, where that is not the family's name."""
    name = (result.get("iam_instance_profile") or {}).get("instance_profile_name", params["name"])
    return {} if name == params["name"] else {"instance_profile_name": name}
