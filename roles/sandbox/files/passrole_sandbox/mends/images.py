# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images are made when they are asked for, the guide's own is among them, and an unknown id is refused."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from moto.core.parse import default_timestamp_parser
from moto.ec2.exceptions import InvalidAMIIdError, MalformedAMIIdError
from moto.ec2.models.amis import AMIS, Ami, AmiBackend
from moto.utilities.utils import load_resource

from ..mending import mends

IMAGE_ID = re.compile(r"ami-([0-9a-f]{8}|[0-9a-f]{17})")
GUIDE = {
    "ami_id": "ami-01e24be29428c15b2",
    "name": "amzn2-ami-hvm-x86_64-gp2",
    "description": "Amazon Linux 2 AMI x86_64 HVM gp2",
    "owner_id": "137112412989",
    "architecture": "x86_64",
    "virtualization_type": "hvm",
    "root_device_name": "/dev/xvda",
    "root_device_type": "ebs",
    "hypervisor": "xen",
    "public": True,
}
describe_all = AmiBackend.describe_images


class Images(dict):
    """A region's images by id. Making all of them takes a tenth of a second, and most tests need one."""

    def __init__(self, backend: AmiBackend) -> None:
        super().__init__()
        self.backend = backend
        self.unmade = dict(published(backend.region_name))

    def __contains__(self, image_id: object) -> bool:
        return super().__contains__(image_id) or image_id in self.unmade

    def __missing__(self, image_id: str) -> Ami:
        self[image_id] = Ami(self.backend, **self.unmade.pop(image_id))
        return self[image_id]

    def copy(self) -> dict[str, Ami]:
        return dict(self.items())

    def items(self):
        self.make_all()
        return super().items()

    def values(self):
        self.make_all()
        return super().values()

    def pop(self, image_id: str, *default: Any) -> Any:
        self.make_all()
        return super().pop(image_id, *default)

    def make_all(self) -> None:
        for image_id in list(self.unmade):
            self[image_id]  # made by __missing__


@lru_cache(maxsize=None)
def published(region: str) -> dict[str, dict[str, Any]]:
    """What Amazon publishes in a region, described and not yet made."""
    described = [GUIDE, *AMIS, *listed(f"latest_amis/{region}"), *listed(f"ecs/optimized_amis/{region}")]
    return {image["ami_id"]: {**image, "owner_alias": "amazon", "creation_date": dated(image)} for image in described}


def listed(name: str) -> list[dict[str, Any]]:
    try:
        return load_resource(f"ec2/resources/{name}.json")
    except FileNotFoundError:
        return []


def dated(image: dict[str, Any]) -> Any:
    date = image.get("creation_date")
    return default_timestamp_parser(date) if isinstance(date, str) else date


@mends(AmiBackend)
def _load_amis(self):
    self.amis = Images(self)


@mends(AmiBackend)
def describe_images(self, ami_ids=None, filters=None, exec_users=None, owners=None):
    if ami_ids:
        return existing(self, ami_ids)
    if filters and filters.keys() == {"image-id"} and not (exec_users or owners):
        wanted = filters["image-id"]
        return [self.amis[image] for image in ([wanted] if isinstance(wanted, str) else wanted) if image in self.amis]
    return describe_all(self, ami_ids, filters, exec_users, owners)


def existing(backend: AmiBackend, image_ids: list[str]) -> list[Ami]:
    """The images of these ids; one that is malformed or not there is refused, where moto leaves it out."""
    malformed = [image for image in image_ids if not IMAGE_ID.fullmatch(image)]
    if malformed:
        raise MalformedAMIIdError(malformed)
    unknown = [image for image in image_ids if image not in backend.amis and image not in backend.deleted_amis]
    if unknown:
        raise InvalidAMIIdError(unknown)
    return [backend.amis[image] for image in image_ids if image in backend.amis]
