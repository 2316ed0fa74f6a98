# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""User data: encoded once, small enough, compared by what an instance reads, shown by its digest. Pure.

Private to this collection.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import zlib

from .errors import Refused

# EC2's limit, on user data as they are before base64:
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html
MOST_BYTES = 16384

GZIPPED = b"\x1f\x8b"

# What user data begin with, for cloud-init, EC2Launch, Ignition or Bottlerocket. Text that begins so is never valid base64.
OPENINGS = (b"#", b"<powershell", b"<script", b"<persist", b"version:", b"Content-Type:", b"MIME-Version:", b"{", b"[settings", GZIPPED)


def encoded(text: str, zipped: bool, path: str) -> str:
    """User data as the API takes them; what is base64 already stays as it is."""
    raw = packed(decoded(text) if is_encoded(text) else text.encode(), zipped)
    if len(raw) > MOST_BYTES:
        hint = "" if zipped else f"; {path.rpartition('.')[0]}.gzip_user_data: true makes them smaller"
        raise Refused(f"{path}: {len(raw)} bytes, and EC2 takes at most {MOST_BYTES}{hint}")
    return base64.b64encode(raw).decode()


def packed(raw: bytes, zipped: bool) -> bytes:
    # No time in the header: the same text gives the same bytes.
    return gzip.compress(raw, mtime=0) if zipped and not raw.startswith(GZIPPED) else raw


def is_encoded(text: str) -> bool:
    """Whether the text is base64 already, as amazon.aws.ec2_launch_template takes it."""
    return decoded(text).startswith(OPENINGS)


def decoded(text: str) -> bytes:
    """What a base64 text holds; nothing, where it is no base64."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def as_read(text: str) -> bytes:
    """What an instance reads. Two releases of zlib pack the same text into other bytes, so these do not count."""
    raw = decoded(text) or text.encode()
    try:
        return gzip.decompress(raw) if raw.startswith(GZIPPED) else raw
    except (OSError, EOFError, zlib.error):
        return raw


def digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(as_read(text)).hexdigest()}"
