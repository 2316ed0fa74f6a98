# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What EC2 says of security groups and key pairs that are not there, whoever names one or several of them."""

from __future__ import annotations

from collections.abc import Iterable

from moto.ec2.exceptions import EC2ClientError, InvalidKeyPairNameError, InvalidSecurityGroupNotFoundError

from ..mending import mends


@mends(InvalidSecurityGroupNotFoundError, "__init__")
def no_security_group(self, names):
    EC2ClientError.__init__(self, "InvalidGroup.NotFound", f"The security group{one_or_more(names)}")


@mends(InvalidKeyPairNameError, "__init__")
def no_key_pair(self, names):
    EC2ClientError.__init__(self, "InvalidKeyPair.NotFound", f"The key pair{one_or_more(names)}")


def one_or_more(names: str | Iterable[str]) -> str:
    """moto names one, or all of a set."""
    missing = [names] if isinstance(names, str) else sorted(names)
    return f" '{missing[0]}' does not exist" if len(missing) == 1 else f"s '{', '.join(missing)}' do not exist"
