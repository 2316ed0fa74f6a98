# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account's defaults for the metadata options of new instances, region by region. API_GetInstanceMetadataDefaults, API_ModifyInstanceMetadataDefaults.

They are kept and told; no launch of the sandbox takes them yet.
"""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend
from moto.ec2.responses.instances import InstanceResponse

from ..mending import mends

NO_PREFERENCE = {"HttpTokens": "no-preference", "HttpEndpoint": "no-preference", "InstanceMetadataTags": "no-preference", "HttpPutResponseHopLimit": -1}


def defaults_of(backend: EC2Backend) -> dict[str, object]:
    return backend.__dict__.setdefault("metadata_defaults", {})


@mends(InstanceResponse)
def get_instance_metadata_defaults(self):
    self.error_on_dryrun()
    return ActionResult({"AccountLevel": defaults_of(self.ec2_backend)})


@mends(InstanceResponse)
def modify_instance_metadata_defaults(self):
    """What has no preference any more is told no more."""
    self.error_on_dryrun()
    there = defaults_of(self.ec2_backend)
    for name, none in NO_PREFERENCE.items():
        said = self._get_param(name)
        if said is not None:
            there[name] = said
        if there.get(name) == none:
            del there[name]
    return ActionResult({"Return": True})
