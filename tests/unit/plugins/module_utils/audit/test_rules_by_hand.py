# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules on what takes months, thousands of versions or a look at the border: over estates made by hand."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.audit import rules_of_chain, rules_of_launch_sources
from ansible_collections.passrole.ec2.plugins.module_utils.audit.estate import Estate, Group, Instance, Launch, Profile, Role, Source, Template
from ansible_collections.passrole.ec2.plugins.module_utils.audit.rule import Found, Settings
from ansible_collections.passrole.ec2.plugins.module_utils.audit.telling import audit

NOW = datetime(2026, 11, 26, tzinfo=timezone.utc)


def estate(**more):
    return Estate("123456789012", "eu-west-1", "aws", NOW, **more)


def found(rule, seen, **settings):
    return list(rule.look(seen, Settings(**settings)))


def role(**more):
    return Role("web", "arn:aws:iam::123456789012:role/web", "/", {"Statement": []}, **more)


def with_role(**more):
    return estate(profiles={"web": Profile("web", "arn", "AIPA1", "web")}, roles={"web": role(**more)})


def with_version(**data):
    source = Source("lt-1:3", "launch_template", "web", "arn", "3", data={"IamInstanceProfile": {"Name": "web"}, **data})
    group = Group("web", "arn:group", launches=(Launch("lt-1:3", "version 3 of launch template web", "3"),))
    return {"sources": {source.id: source}, "groups": (group,)}


def refreshed(status):
    return estate(groups=(Group("web", "arn", launches=(Launch("", "none"),), refresh={"InstanceRefreshId": "1", "Status": status}),))


@pytest.mark.parametrize(
    ("more", "is_unused"),
    [
        ({"created": NOW - timedelta(days=91)}, True),
        ({"created": NOW - timedelta(days=90)}, False),
        ({"created": NOW - timedelta(days=400), "last_used": NOW - timedelta(days=1)}, False),
        ({"created": NOW - timedelta(days=400), "last_used": NOW - timedelta(days=91)}, True),
    ],
)
def test_a_role_is_unused_after_so_many_days(more, is_unused):
    assert bool(found(rules_of_chain.role_unused, with_role(**more))) is is_unused
    assert not found(rules_of_chain.role_unused, with_role(**more), unused_after=400)


@pytest.mark.parametrize(("latest", "is_near"), [(8_999, False), (9_000, True), (10_000, True)])
def test_a_template_nears_its_most_versions(latest, is_near):
    templates = {"lt-1": Template("lt-1", "web", "arn", 1, latest)}
    assert bool(found(rules_of_chain.template_versions_near_limit, estate(templates=templates))) is is_near


@pytest.mark.parametrize(
    ("status", "failed", "under_way"),
    [("Failed", 1, 0), ("RollbackSuccessful", 1, 0), ("InProgress", 0, 1), ("Baking", 0, 1), ("Successful", 0, 0), ("Cancelled", 0, 0)],
)
def test_an_instance_refresh_has_failed_or_is_under_way(status, failed, under_way):
    seen = refreshed(status)
    assert len(found(rules_of_chain.instance_refresh_failed, seen)) == failed
    assert len(found(rules_of_chain.instance_refresh_under_way, seen)) == under_way


@pytest.mark.parametrize(
    ("defaults", "options", "rule"),
    [
        ({}, None, "imds_options_inherited"),
        ({"HttpTokens": "no-preference"}, {}, "imds_options_inherited"),
        ({"HttpTokens": "required"}, {}, None),
        ({"HttpTokens": "optional"}, {}, "imdsv2_not_required"),
        ({"HttpTokens": "required"}, {"HttpTokens": "optional"}, "imdsv2_not_required"),
        ({"HttpTokens": "optional"}, {"HttpTokens": "required"}, None),
        ({"HttpPutResponseHopLimit": 2, "HttpTokens": "required"}, {}, "imds_hop_limit_over_one"),
        ({"HttpEndpoint": "disabled"}, {}, None),
        ({}, {"HttpEndpoint": "disabled"}, None),
    ],
)
def test_what_a_launch_says_comes_before_the_account_s_defaults(defaults, options, rule):
    seen = estate(metadata_defaults=defaults, **with_version(**({} if options is None else {"MetadataOptions": options})))
    rules = (rules_of_launch_sources.imdsv2_not_required, rules_of_launch_sources.imds_options_inherited, rules_of_launch_sources.imds_hop_limit_over_one)
    assert [one.id for one in rules if found(one, seen)] == ([rule] if rule else [])


def test_a_fix_touches_nobody_s_launches_but_those_that_were_found():
    """A template from which two groups launch has none: each of them names its version."""
    broken = with_version(MetadataOptions={"HttpTokens": "optional"})
    [group] = broken["groups"]
    [alone] = found(rules_of_launch_sources.imdsv2_not_required, estate(**broken))
    [shared] = found(rules_of_launch_sources.imdsv2_not_required, estate(**{**broken, "groups": (group, Group("api", "arn", launches=group.launches))}))
    template = {"name": "web", "source_version": "3", "metadata_options": {"http_tokens": "required"}}
    assert alone.fix.fleet == ({"name": "web", "adopt": True, "launch_template": template},)
    assert shared.fix is None


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("#!/bin/sh\nexport AWS_ACCESS_KEY_ID=AKIA" + "ABCDEFGHIJKLMNOP\n", [2]),
        ("aws_secret_access_key = " + "a" * 40, [1]),
        ("#!/bin/sh\naws s3 cp s3://bucket/key .\n", []),
        ("XAKIA" + "ABCDEFGHIJKLMNOP", []),
    ],
)
def test_keys_in_user_data_are_told_by_their_lines(text, lines):
    assert rules_of_launch_sources.lines_with_keys(text) == lines


PROFILE = Profile("web", "arn:aws:iam::123456789012:instance-profile/web", "AIPA1", "web")
AUTO_SCALING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "autoscaling.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def without_ec2(profiles=(PROFILE,), **more):
    """A role of another service in instance profiles."""
    role = Role("web", "arn:aws:iam::123456789012:role/web", "/", AUTO_SCALING)
    return estate(profiles={one.name: one for one in profiles}, roles={"web": role}, **more)


def template(profile):
    return {"sources": {"lt-1:3": Source("lt-1:3", "launch_template", "api", "arn", "3", data={"IamInstanceProfile": profile})}}


def configuration(profile):
    return {"sources": {"lc:api": Source("lc:api", "launch_configuration", "api", "arn", data={"IamInstanceProfile": profile})}}


def instance(arn=PROFILE.arn, profile_id=PROFILE.id):
    return {"instances": (Instance("i-1", "arn", {"IamInstanceProfile": {"Arn": arn, "Id": profile_id}}),)}


@pytest.mark.parametrize(
    "user",
    [template({"Name": "web"}), template({"Arn": PROFILE.arn}), configuration("web"), configuration(PROFILE.arn), instance(), instance(profile_id="")],
    ids=["template by name", "template by arn", "configuration by name", "configuration by arn", "instance", "instance without an id"],
)
def test_a_used_role_without_ec2_in_its_trust_is_critical_and_has_a_fix(user):
    [one] = found(rules_of_chain.role_does_not_trust_ec2, without_ec2(**user))
    [member] = one.fix.fleet
    assert (one.severity, one.everywhere) == (None, None)
    assert member["assume_role_policy_document"]["Statement"][0] == AUTO_SCALING["Statement"][0]
    assert member["assume_role_policy_document"]["Statement"][1]["Principal"] == {"Service": "ec2.amazonaws.com"}


@pytest.mark.parametrize(
    "others",
    [
        {},
        template({"Name": "api"}),
        template({}),
        configuration("api"),
        template({"Arn": "arn:aws:iam::210987654321:instance-profile/web"}),
        template({"Arn": "arn:aws:iam::123456789012:instance-profile/team/web"}),
        instance(arn="arn:aws:iam::123456789012:instance-profile/api", profile_id="AIPA2"),
        instance(profile_id="AIPA0"),
    ],
    ids=["nothing", "another profile", "no profile", "configuration", "another account", "another path", "instance", "a deleted profile of that name"],
)
def test_an_unused_role_without_ec2_in_its_trust_is_informational_and_has_no_fix(others):
    [one] = found(rules_of_chain.role_does_not_trust_ec2, without_ec2(**others))
    assert (one.severity, one.everywhere, one.fix) == ("informational", True, None)
    assert one.evidence["instance_profiles"] == ["web"]


def test_a_role_in_a_used_and_an_unused_profile_is_used():
    spare = Profile("spare", "arn:aws:iam::123456789012:instance-profile/spare", "AIPA9", "web")
    [one] = found(rules_of_chain.role_does_not_trust_ec2, without_ec2((spare, PROFILE), **instance()))
    assert one.severity is None and one.fix is not None


def test_the_audit_returns_the_severity_of_the_finding_instead_of_that_of_the_rule():
    [one] = audit(without_ec2(), [rules_of_chain.role_does_not_trust_ec2], Settings())["findings"]
    assert (one["severity"], one["everywhere"], one["fix"]) == ("informational", True, None)


def test_a_finding_with_an_unknown_severity_is_an_error():
    with pytest.raises(ValueError, match="must be one of critical"):
        Found(PROFILE, "", "", severity="grave")
