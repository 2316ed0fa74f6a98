# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuse requests that a web page can make a browser send, before the application sees them.

A browser on this machine reaches the sandbox's port for any page that it shows. The page is recognized by what it cannot change:

- Host: a page that reaches 127.0.0.1 under a name of its own (DNS rebinding) sends that name.
- Origin: a browser sends it with every request of a script and with every form.
- Sec-Fetch-Site: a browser sends it with the rest, such as images and links. ``none`` is an address that the user typed.
- Content-Type: a page may send application/json to another origin only after a preflight request, which has an Origin and is refused.

AWS's SDKs, curl and Ansible send none of these but a Host, which is the endpoint's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from ipaddress import ip_address
from urllib.parse import unquote

from ..paths import CONTROL, INSTANCE_METADATA

MOTO_CONTROL = "/moto-api"
MOTO_HEADER = "x-moto-"
JSON = "application/json"
# A name or address, in brackets for IPv6, and a port.
HOST = re.compile(r"(?:\[(?P<bracketed>[^\[\]]*)\]|(?P<name>[^\[\]:@/]+))(?::[0-9]{1,5})?")
WITHOUT_BODY = ("GET", "HEAD")
LONGEST_QUOTE = 100
FORBIDDEN, UNSUPPORTED_MEDIA_TYPE = 403, 415


@dataclass(frozen=True)
class Refusal:
    """The HTTP status, and one line that says what is wrong and what to do."""

    status: int
    message: str


def check_request(method: str, target: str, headers: Message, port: int) -> Refusal | None:
    """Return why the request is refused, or None.

    Args:
        target: The request target as it was sent.
        port: The port of the sandbox, for the message.
    """
    endpoint = f"http://127.0.0.1:{port}"
    hosts = headers.get_all("Host", [])
    if len(hosts) != 1:
        return forbidden(f"Host: is required exactly once (found {len(hosts)} times). Use the endpoint {endpoint}.")
    if not is_loopback(hosts[0]):
        return forbidden(f"Host: {quote(hosts[0])} is not a loopback address. Use the endpoint {endpoint}.")
    if "Origin" in headers:
        return forbidden("Origin: requests of web pages are not allowed. Send the request from a program, without the header Origin.")
    sites = headers.get_all("Sec-Fetch-Site", [])
    if any(site.strip().lower() != "none" for site in sites):
        return forbidden("Sec-Fetch-Site: requests of web pages are not allowed. Send the request from a program, without the header Sec-Fetch-Site.")
    if not target.startswith("/"):
        return forbidden(f"request target: {quote(target)} is not a path. Use the endpoint {endpoint} without a proxy.")
    return check_moto_control(target, headers) or check_content_type(method, target, headers)


def check_moto_control(target: str, headers: Iterable[str]) -> Refusal | None:
    """Refuse moto's own control API, which writes files and empties accounts, and the headers by which moto changes account."""
    if re.sub("/+", "/", unquote(target)).lower().startswith(MOTO_CONTROL):
        return forbidden(f"{MOTO_CONTROL}: the control API of moto is not available. Use the endpoints under {CONTROL}.")
    found = next((name for name in headers if name.lower().startswith(MOTO_HEADER)), None)
    if found:
        return forbidden(f"{quote(found)}: headers of moto are not allowed. Send the request without it; sts:AssumeRole changes the account.")
    return None


def check_content_type(method: str, target: str, headers: Message) -> Refusal | None:
    """Refuse a control request that is not JSON. A GET has no body, so it needs no content type, but must not have another one."""
    if not target.startswith(CONTROL) or target.startswith(INSTANCE_METADATA):
        return None
    found = headers.get_all("Content-Type", [])
    if not found and method in WITHOUT_BODY:
        return None
    if len(found) == 1 and found[0].partition(";")[0].strip().lower() == JSON:
        return None
    shown = ", ".join(quote(value) for value in found) or "none"
    return Refusal(UNSUPPORTED_MEDIA_TYPE, f"Content-Type: must be {JSON} for {CONTROL} (found: {shown}). Send the header Content-Type: {JSON}.")


def is_loopback(host: str) -> bool:
    """Whether the Host is localhost or a loopback address as it is written; no other name, whatever it resolves to."""
    match = HOST.fullmatch(host.strip())
    if match is None:
        return False
    bracketed, name = match["bracketed"], (match["name"] or "").lower().removesuffix(".")
    return name == "localhost" or is_loopback_address(bracketed, 6) or is_loopback_address(name, 4)


def is_loopback_address(text: str | None, version: int) -> bool:
    try:
        address = ip_address(text or "")
    except ValueError:
        return False
    return address.version == version and address.is_loopback


def forbidden(message: str) -> Refusal:
    return Refusal(FORBIDDEN, message)


def quote(text: str) -> str:
    """Text of the request in one line of ASCII."""
    return ascii(text[:LONGEST_QUOTE])
