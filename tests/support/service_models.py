# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""botocore's models, by the names under which a plan makes its calls."""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session
from botocore import xform_name


@cache
def model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


@cache
def input_shape(service: str, operation: str) -> Any:
    names = {xform_name(name): name for name in model(service).operation_names}
    return model(service).operation_model(names[operation]).input_shape
