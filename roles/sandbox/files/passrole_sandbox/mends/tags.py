# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A resource's own tags are looked up by its id; moto matches every tag of the region against a pattern."""

from __future__ import annotations

from moto.ec2.models.core import TaggedEC2Resource

from ..mending import mends


@mends(TaggedEC2Resource)
def get_tags(self):
    return [{"key": key, "value": value} for key, value in self.ec2_backend.tags.get(self.id, {}).items()]
