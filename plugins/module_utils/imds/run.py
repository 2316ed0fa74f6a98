# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The road from parameters to Ansible's result on an instance, where there is neither boto3 nor amazon.aws. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule

from ..core.errors import PassroleError


def tell(options: dict[str, Any], read: Callable[[Mapping[str, Any]], dict[str, Any]]) -> NoReturn:
    """Read, and report what was read; nothing changes, in check mode or not."""
    module = AnsibleModule(argument_spec=options, supports_check_mode=True)
    try:
        result = read(module.params)
    except PassroleError as error:
        module.fail_json(**error.as_result())
    module.exit_json(changed=False, **result)
