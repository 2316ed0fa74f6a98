# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the writing modules say of asking for permission beforehand, said once."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  preflight:
    description:
      - Whether to ask IAM's policy simulator before the first write, and in check mode too, if the caller may make every call of the
        plan, C(iam:PassRole) included.
      - The task is refused when a permission lacks, with the permission, the resource, and the policy statement that allows it.
      - It takes C(iam:SimulatePrincipalPolicy) on the caller, and for an assumed role C(iam:GetRole). Without them, for the account's
        root and for federated users, and where a policy hangs on what the simulator is not told, the task warns and goes on.
      - A plan that changes nothing asks nothing.
    type: bool
    default: false
    version_added: 1.1.0
notes:
  - When AWS denies a call, the error ends with the policy statement that allows it. What EC2 tells in an encoded message is decoded if
    the caller may C(sts:DecodeAuthorizationMessage); where AWS does not say what it denied, IAM's policy simulator is asked if the
    caller may C(iam:SimulatePrincipalPolicy).
"""
