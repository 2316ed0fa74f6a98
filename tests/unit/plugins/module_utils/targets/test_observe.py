# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An organization is read in as few calls as it takes, and only accounts that are in use count."""

from __future__ import annotations

import pytest
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.targets.observe import find_accounts
from ansible_collections.passrole.ec2.plugins.module_utils.targets.state import wanted

OPTIONS = {"accounts": [], "organization": {}, "regions": [], "exclude_regions": [], "assume_role": None, "host_name": "account_name"}


class Organization:
    """A ``find`` that remembers what it was asked."""

    def __init__(self, *accounts):
        self.accounts, self.asked = accounts, []

    def __call__(self, _service, operation, absent="", **params):
        self.asked.append(operation)
        return {
            "list_accounts": {"Accounts": self.accounts},
            "list_tags_for_resource": {"Tags": [{"Key": "id", "Value": params.get("ResourceId", "")}]},
            "describe_organizational_unit": None,
        }[operation]


def account(number, **state):
    return {"Id": str(number) * 12, "Name": f"account {number}", **state}


def found(there, **options):
    return [one.account_id[0] for one in find_accounts(wanted({**OPTIONS, **options}), there)]


@pytest.mark.parametrize("word", ["State", "Status"])
def test_an_account_that_is_closed_or_not_yet_open_is_none(word):
    """API_Account: State took the place of Status."""
    told = [account(number, **{word: state}) for number, state in enumerate(("ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "PENDING_ACTIVATION", "CLOSED"))]
    assert found(Organization(*told)) == ["0"]
    assert found(Organization(account(1, State="PENDING_ACTIVATION", Status="ACTIVE"))) == []


def test_where_the_state_is_not_told_nobody_guesses():
    with pytest.raises(Refused, match="a newer botocore does"):
        found(Organization(account(1)))


def test_tags_are_read_only_where_they_are_asked_for_and_not_of_accounts_left_out():
    both = [account(number, State="ACTIVE") for number in (1, 2)]
    plain, filtered = Organization(*both), Organization(*both)
    assert found(plain) == ["1", "2"] and plain.asked == ["list_accounts"]
    assert found(filtered, organization={"tags": {"id": "1*"}, "exclude_accounts": ["account 2"]}) == ["1"]
    assert filtered.asked == ["list_accounts", "list_tags_for_resource"]


def test_a_unit_that_is_gone_is_told():
    with pytest.raises(Refused, match="there is no organizational unit ou-ab12-11111111"):
        found(Organization(), organization={"organizational_units": ["ou-ab12-11111111"]})
