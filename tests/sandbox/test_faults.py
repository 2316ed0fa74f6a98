# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong on purpose: which calls, how, and what AWS has done all the same."""

from __future__ import annotations

import socket

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from ansible_collections.passrole.ec2.roles.sandbox.files.passrole_sandbox.faults import KINDS, Faults, Rule, UnknownFault, faults
from ansible_collections.passrole.ec2.roles.sandbox.files.passrole_sandbox.rates import Rates
from ansible_collections.passrole.ec2.roles.sandbox.files.passrole_sandbox.recorder import Asked

READ = Asked("iam", "GetRole", False)
WRITE = Asked("iam", "CreateRole", True)


def profiles(account):
    return [profile["InstanceProfileName"] for profile in account.client("iam").list_instance_profiles()["InstanceProfiles"]]


def hasty(account, service="iam", attempts=1, read_timeout=60):
    """A client with little patience."""
    session = boto3.session.Session("sandbox", "sandbox", region_name="eu-west-1")
    config = Config(proxies={}, retries={"total_max_attempts": attempts, "mode": "standard"}, read_timeout=read_timeout)
    return session.client(service, endpoint_url=account.url, config=config)


def kinds_of(rules, *asked):
    return [rule.kind if (rule := rules.of(one)) else "" for one in asked]


def test_a_rule_is_followed_once_unless_it_says_more():
    assert kinds_of(Faults([Rule("http_500")]), READ, READ) == ["http_500", ""]
    assert kinds_of(Faults([Rule("http_500", times=2)]), READ, READ, READ) == ["http_500", "http_500", ""]
    assert kinds_of(Faults([Rule("http_500", times=None)]), *[READ] * 9) == ["http_500"] * 9


def test_a_rule_may_wait_for_its_call():
    assert kinds_of(Faults([Rule("http_500", number=2)]), READ, WRITE, READ) == ["", "http_500", ""]
    assert kinds_of(Faults([Rule("http_500", service="iam", operation="CreateRole")]), READ, WRITE) == ["", "http_500"]
    assert kinds_of(Faults([Rule("http_500", service="ec2")]), READ, WRITE) == ["", ""]


def test_the_first_rule_that_fits_is_followed():
    assert kinds_of(Faults([Rule("http_500"), Rule("http_503"), Rule("throttling")]), READ, READ) == ["http_500", "http_503"]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"rules": {}},
        {"rules": [{"kind": "earthquake"}]},
        {"rules": [{"kind": "error"}]},
        {"rules": [{"kind": "throttling", "number": "1"}]},
        {"rules": [{"kind": "throttling", "when": 1}]},
        {"rules": ["throttling"]},
    ],
)
def test_a_rule_it_cannot_follow_is_refused(wrong):
    with pytest.raises(UnknownFault):
        faults(wrong)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_asked_for(kind):
    assert faults({"rules": [{"kind": kind, "code": "X"}]}).of(READ).kind == kind


@pytest.mark.parametrize(
    ("kind", "service", "call", "code", "status"),
    [
        ("throttling", "iam", "list_roles", "Throttling", 400),
        ("throttling", "autoscaling", "describe_auto_scaling_groups", "Throttling", 400),
        ("throttling", "ec2", "describe_launch_templates", "RequestLimitExceeded", 503),
        ("throttling", "ssm", "describe_parameters", "ThrottlingException", 400),
        ("http_500", "iam", "list_roles", "ServiceFailure", 500),
        ("http_500", "ec2", "describe_launch_templates", "InternalError", 500),
        ("http_500", "ssm", "describe_parameters", "InternalFailure", 500),
        ("http_503", "autoscaling", "describe_auto_scaling_groups", "ServiceUnavailable", 503),
        ("http_503", "ec2", "describe_launch_templates", "Unavailable", 503),
    ],
)
def test_a_service_fails_in_its_own_words(account, kind, service, call, code, status):
    account.faults({"kind": kind})
    with pytest.raises(ClientError) as refused:
        getattr(account.client(service), call)()
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert [(one["fault"], one["status"], one["error"]) for one in account.calls()] == [(kind, status, code)]
    getattr(account.client(service), call)()


def test_a_refusal_of_any_code_does_nothing(account):
    account.faults({"kind": "error", "code": "ConcurrentModification", "status": 409, "message": "wait a little"})
    with pytest.raises(ClientError, match=r"ConcurrentModification.*wait a little"):
        account.client("iam").create_instance_profile(InstanceProfileName="web")
    assert profiles(account) == []


@pytest.mark.parametrize(("kind", "done", "status"), [("reset_before", [], 0), ("reset_after", ["web"], 200)])
def test_a_connection_is_reset_before_or_after_the_work_is_done(account, kind, done, status):
    account.faults({"kind": kind})
    with pytest.raises(ConnectionClosedError):
        hasty(account).create_instance_profile(InstanceProfileName="web")
    assert profiles(account) == done
    assert [(one["operation"], one["fault"], one["status"]) for one in account.calls()][0] == ("CreateInstanceProfile", kind, status)


def test_the_reset_is_tcps_own(account):
    account.faults({"kind": "reset_before"})
    with socket.create_connection(("127.0.0.1", int(account.url.rpartition(":")[2])), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_a_page_of_a_proxy_stands_in_the_place_of_an_answer(account):
    account.faults({"kind": "proxy_page"})
    with pytest.raises(ResponseParserError):
        hasty(account).create_instance_profile(InstanceProfileName="web")
    assert profiles(account) == ["web"]


def test_an_answer_that_never_comes_is_of_work_that_is_done(account):
    account.faults({"kind": "read_timeout"})
    with pytest.raises(ReadTimeoutError):
        hasty(account, read_timeout=0.5).create_instance_profile(InstanceProfileName="web")
    assert profiles(account) == ["web"]


def test_a_lost_answer_shows_in_botocores_second_try(account):
    account.faults({"kind": "reset_after"})
    with pytest.raises(ClientError) as refused:
        hasty(account, attempts=2).create_instance_profile(InstanceProfileName="web")
    assert refused.value.response["Error"]["Code"] == "EntityAlreadyExists"
    assert refused.value.response["ResponseMetadata"]["RetryAttempts"] == 1


def test_a_reset_of_the_account_takes_the_faults_away(account):
    account.faults({"kind": "http_500", "times": None})
    account.settings(calls_per_second=0.001, burst=1)
    account.reset()
    assert account.control("GET", "faults") == {"rules": [], "calls": 0}
    assert [profiles(account), profiles(account)] == [[], []]


def test_a_service_that_is_asked_too_fast_throttles(account):
    account.settings(calls_per_second=0.001, burst=2)
    iam = account.client("iam")
    iam.list_roles()
    iam.list_roles()
    with pytest.raises(ClientError, match="Throttling"):
        iam.list_roles()
    account.client("autoscaling").describe_auto_scaling_groups()
    assert [one["fault"] for one in account.calls()] == [None, None, "throttling", None]


def test_a_bucket_fills_with_time_up_to_its_burst():
    now = [0.0]
    rates = Rates(lambda: now[0])
    assert [rates.allow("iam", 5, 10) for _call in range(11)] == [True] * 10 + [False]
    now[0] += 0.4
    assert [rates.allow("iam", 5, 10) for _call in range(3)] == [True, True, False]
    now[0] += 3600
    assert [rates.allow("iam", 5, 10) for _call in range(11)] == [True] * 10 + [False]


def test_without_a_rate_every_call_is_allowed():
    rates = Rates(lambda: 0.0)
    assert all(rates.allow("iam", 0, 1) for _call in range(100))
