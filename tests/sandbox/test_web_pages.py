# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests that a web page can make a browser send are refused; those of AWS's SDKs and of programs on this machine are served.

Fetch standard, "CORS-safelisted request-header" and "Origin header"; Fetch Metadata Request Headers, "Sec-Fetch-Site"; RFC 9112, 3.2 for Host and targets.
"""

from __future__ import annotations

import socket
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest

from tests.conftest import boto_client

JSON = "application/json"
SIGNED = "AWS4-HMAC-SHA256 Credential=sandbox/20260101/eu-west-1/iam/aws4_request, SignedHeaders=host, Signature=0"
FORM = "application/x-www-form-urlencoded"
CREATE_ROLE = b"Action=CreateInstanceProfile&Version=2010-05-08&InstanceProfileName=of-a-page"


@pytest.fixture
def send(account):
    """Send a request as it stands, and return status, headers and text. Header names may repeat; a Host is added unless given as None."""
    port = urlsplit(account.url).port

    def send(method, target, *headers, body=b"", host="127.0.0.1:{port}"):
        lines = [f"{method} {target} HTTP/1.1".replace("{port}", str(port))]
        lines += [] if host is None else [f"Host: {host}".replace("{port}", str(port))]
        lines += [*headers, f"Content-Length: {len(body)}", "Connection: close", "", ""]
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall("\r\n".join(lines).encode() + body)
            answer = HTTPResponse(connection, method=method)
            answer.begin()
            return answer.status, answer.headers, answer.read().decode()

    return send


def assert_refused(answer, status=403):
    """One line of text that begins with what is wrong and ends with what to do."""
    found, headers, text = answer
    assert found == status, text
    assert headers["Content-Type"].startswith("text/plain")
    assert text.count("\n") == 1 and text.endswith(".\n") and ": " in text and text.isascii()
    assert not any(name.lower().startswith("access-control-") for name in headers)


def assert_nothing_happened(account):
    """The account is as it was left, and no refused request was recorded as a call."""
    assert [call["operation"] for call in account.calls()] == ["CreateInstanceProfile"]
    found = account.client("iam").list_instance_profiles()["InstanceProfiles"]
    assert [profile["InstanceProfileName"] for profile in found] == ["there"]
    assert account.control("GET", "settings")["profile_delay"] == 0


@pytest.fixture
def there(account):
    """An account that holds something which a reset would delete."""
    account.client("iam").create_instance_profile(InstanceProfileName="there")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:{port}",
        "127.0.0.1",
        "127.0.0.2:{port}",
        "localhost",
        "localhost:{port}",
        "LocalHost:{port}",
        "localhost.:{port}",
        "[::1]:{port}",
        "[::1]",
        "[0:0:0:0:0:0:0:1]:{port}",
        # The other end of a tunnel.
        "127.0.0.1:8080",
    ],
)
def test_a_loopback_host_is_served(send, host):
    assert send("GET", "/_sandbox/process", host=host)[0] == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "localtest.me:{port}",
        "127.0.0.1.nip.io:{port}",
        "evil.localhost:{port}",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost..",
        "iam.amazonaws.com",
        "0.0.0.0:{port}",
        "10.0.0.1:{port}",
        "169.254.169.254",
        "[::]:{port}",
        "[fe80::1]:{port}",
        "[::1",
        "::1",
        "2130706433:{port}",
        "0x7f.1:{port}",
        "127.1:{port}",
        "localhost:{port}@evil.example",
        "evil.example@localhost:{port}",
        "localhost, evil.example",
        "localhost/evil.example",
        "localhost:port",
        "",
        None,
    ],
)
@pytest.mark.parametrize(
    ("method", "target", "headers", "body"),
    [
        ("GET", "/_sandbox/process", (), b""),
        ("POST", "/_sandbox/reset", (f"Content-Type: {JSON}",), b""),
        ("POST", "/", (f"Authorization: {SIGNED}", f"Content-Type: {FORM}"), CREATE_ROLE),
    ],
    ids=["read", "reset", "aws"],
)
def test_every_other_host_is_refused(account, there, send, host, method, target, headers, body):
    assert_refused(send(method, target, *headers, body=body, host=host))
    assert_nothing_happened(account)


@pytest.mark.parametrize("second", ["127.0.0.1", "evil.example"])
def test_two_host_headers_are_refused(account, there, send, second):
    assert_refused(send("POST", "/_sandbox/reset", f"Host: {second}", f"Content-Type: {JSON}"))
    assert_nothing_happened(account)


@pytest.mark.parametrize("target", ["http://evil.example/_sandbox/process", "http://127.0.0.1:{port}/_sandbox/process", "*", "_sandbox/process"])
def test_a_target_that_is_no_path_is_refused(send, target):
    assert_refused(send("GET", target))


PAGES = [
    "Origin: http://evil.example",
    "Origin: null",
    "Origin: ",
    "Origin: http://127.0.0.1:{port}",
    "ORIGIN: http://localhost",
    "Sec-Fetch-Site: cross-site",
    "Sec-Fetch-Site: same-site",
    "Sec-Fetch-Site: same-origin",
    "sec-fetch-site: Cross-Site",
]


@pytest.mark.parametrize("header", PAGES)
@pytest.mark.parametrize(
    ("method", "target", "headers", "body"),
    [
        ("GET", "/_sandbox/calls", (), b""),
        ("POST", "/_sandbox/reset", (f"Content-Type: {JSON}",), b""),
        ("POST", "/_sandbox/reset", ("Content-Type: text/plain",), b""),
        ("GET", "/_sandbox/imds/i-0123456789abcdef0/latest/meta-data/iam/info", (), b""),
        ("PUT", "/_sandbox/imds/i-0123456789abcdef0/latest/api/token", ("X-aws-ec2-metadata-token-ttl-seconds: 60",), b""),
        ("GET", "/?Action=DeleteInstanceProfile&InstanceProfileName=there&Version=2010-05-08", (f"Authorization: {SIGNED}",), b""),
        ("POST", "/", (f"Authorization: {SIGNED}", f"Content-Type: {FORM}"), CREATE_ROLE),
        ("OPTIONS", "/_sandbox/reset", ("Access-Control-Request-Method: POST",), b""),
        ("OPTIONS", "/", ("Access-Control-Request-Method: POST",), b""),
        ("HEAD", "/moto-api/data.json", (), b""),
    ],
    ids=["read", "reset", "simple reset", "metadata", "metadata token", "aws get", "aws post", "preflight", "aws preflight", "head"],
)
def test_a_request_of_a_web_page_is_refused(account, there, send, header, method, target, headers, body):
    answer = send(method, target, header, *headers, body=body)
    if method == "HEAD":
        assert answer[0] == 403
    else:
        assert_refused(answer)
    assert_nothing_happened(account)


def test_an_address_that_a_user_typed_into_a_browser_is_served(send):
    assert send("GET", "/_sandbox/calls", "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate")[0] == 200


@pytest.mark.parametrize("content_type", [JSON, f"{JSON}; charset=utf-8", f"{JSON};charset=UTF-8", "Application/JSON", f" {JSON} ", f"{JSON};"])
def test_a_control_request_in_json_is_served_with_a_body_or_without(account, there, send, content_type):
    assert send("POST", "/_sandbox/settings", f"Content-Type: {content_type}", body=b'{"profile_delay": 3}')[0] == 200
    assert account.control("GET", "settings")["profile_delay"] == 3
    assert send("POST", "/_sandbox/reset", f"Content-Type: {content_type}")[0] == 200
    assert account.calls() == []


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ("Content-Type: text/plain",),
        (f"Content-Type: {FORM}",),
        ("Content-Type: multipart/form-data; boundary=x",),
        ("Content-Type: ",),
        (f"Content-Type: text/plain; {JSON}",),
        (f"Content-Type: {JSON}, text/plain",),
        ("Content-Type: application/json-patch+json",),
        ("Content-Type: text/json",),
        (f"Content-Type: {JSON}", "Content-Type: text/plain"),
        (f"Accept: {JSON}",),
    ],
)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "reset", b""),
        ("POST", "reset/", b"{}"),
        ("POST", "settings", b'{"profile_delay": 3}'),
        ("POST", "clock", b'{"advance": 1}'),
        ("POST", "run", b'{"name": "page"}'),
        ("POST", "faults", b'{"rules": []}'),
        ("PUT", "reset", b""),
        ("DELETE", "reset", b""),
        ("PATCH", "settings", b"{}"),
    ],
)
def test_a_control_request_that_is_not_json_is_refused(account, there, send, headers, method, path, body):
    assert_refused(send(method, f"/_sandbox/{path}", *headers, body=body), 415)
    assert_nothing_happened(account)


def test_a_read_needs_no_content_type_but_must_not_have_another_one(send):
    assert send("GET", "/_sandbox/settings")[0] == 200
    assert send("GET", "/_sandbox/settings", f"Content-Type: {JSON}")[0] == 200
    assert_refused(send("GET", "/_sandbox/settings", "Content-Type: text/plain"), 415)


@pytest.mark.parametrize(
    "target",
    [
        "/moto-api",
        "/moto-api/",
        "/moto-api/data.json",
        "/moto-api/reset",
        "/moto-api/seed?a=1",
        "/moto-api/recorder/start-recording",
        "/moto-api/recorder/download-recording",
        "/moto-api/state-manager/set-transition",
        "/moto-api/config",
        "/%6Doto-api/reset",
        "/moto%2Dapi/reset",
        "/MOTO-API/reset",
        "//moto-api/reset",
        "/%2Fmoto-api/reset",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_the_control_api_of_moto_is_refused(account, there, send, method, target):
    assert_refused(send(method, target, f"Content-Type: {JSON}", f"Authorization: {SIGNED}"))
    assert_nothing_happened(account)


@pytest.mark.parametrize("service", ["moto_api", "motoapi", "motoapi.amazonaws.com#"])
@pytest.mark.parametrize("target", ["/reset", "/x/../moto-api/reset", "/./moto-api/data.json", "/favicon.ico"])
def test_no_service_that_a_request_is_signed_for_leads_to_the_control_api_of_moto(account, there, send, service, target):
    status, _headers, text = send("POST", target, f"Authorization: {SIGNED.replace('/iam/', f'/{service}/')}")
    assert status >= 400 and "instance-profile/there" not in text
    assert [one["InstanceProfileName"] for one in account.client("iam").list_instance_profiles()["InstanceProfiles"]] == ["there"]


@pytest.mark.parametrize("header", ["X-Moto-Account-Id: 210987654321", "x-moto-anything: 1"])
def test_headers_of_moto_are_refused(account, there, send, header):
    assert_refused(send("POST", "/", header, f"Authorization: {SIGNED}", f"Content-Type: {FORM}", body=CREATE_ROLE))
    assert_nothing_happened(account)


@pytest.mark.parametrize(
    "target", ["/", "/?Action=ListRoles&Version=2010-05-08", "/_sandbox/calls", "/_sandbox/nothing", "/bucket", "/_sandbox/imds/i-0/latest"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_no_answer_may_be_read_by_a_page(send, method, target):
    _status, headers, _text = send(method, target, f"Content-Type: {JSON}", f"Authorization: {SIGNED}")
    assert [name for name in headers if name.lower().startswith("access-control-")] == []


@pytest.mark.parametrize("value", ["evil\x1b[31m.example", "é.example", "x" * 5000])
def test_a_refusal_quotes_the_request_in_one_short_line_of_ascii(send, value):
    answer = send("GET", "/", host=value)
    assert_refused(answer)
    assert len(answer[2]) < 300 and "\x1b" not in answer[2]


def test_a_refused_request_closes_its_connection(send):
    assert send("POST", "/_sandbox/reset", body=b"POST /_sandbox/reset HTTP/1.1\r\n\r\n")[1]["Connection"] == "close"


def test_a_refusal_is_logged(account, send):
    before = len(account.log.read_text(encoding="utf-8"))
    send("GET", "/", host="evil.example")
    assert "refused with 403: Host: 'evil.example'" in account.log.read_text(encoding="utf-8")[before:]


def test_boto3_works_with_the_name_localhost(account):
    url = account.url.replace("127.0.0.1", "localhost")
    boto_client("iam", "eu-west-1", url).create_instance_profile(InstanceProfileName="web")
    (found,) = boto_client("iam", "eu-west-1", account.url).list_instance_profiles()["InstanceProfiles"]
    assert found["InstanceProfileName"] == "web"
    assert [call["status"] for call in account.calls()] == [200, 200]
