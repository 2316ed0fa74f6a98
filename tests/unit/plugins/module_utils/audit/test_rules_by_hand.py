# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules on what takes months, thousands of versions or a look at the border: over estates made by hand."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.audit import rules_of_chain, rules_of_instances, rules_of_launch_sources, rules_of_roles
from ansible_collections.passrole.ec2.plugins.module_utils.audit.estate import Estate, Group, Instance, Launch, Policy, Profile, Role, Source, Template
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


def refreshed(status, **more):
    return estate(groups=(Group("web", "arn", launches=(Launch("", "none"),), refresh={"InstanceRefreshId": "1", "Status": status, **more}),))


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


@pytest.mark.parametrize(("more", "percent"), [({}, 0), ({"PercentageComplete": 40}, 40)])
def test_an_instance_refresh_under_way_is_reported_with_its_progress(more, percent):
    [one] = found(rules_of_chain.instance_refresh_under_way, refreshed("InProgress", **more))
    assert one.what == f"An instance refresh of group web is InProgress, {percent} percent of it done"


@pytest.mark.parametrize(("rule", "status"), [(rules_of_chain.instance_refresh_failed, "Failed"), (rules_of_chain.instance_refresh_under_way, "Pending")])
def test_evidence_of_an_instance_refresh_is_what_aws_returned_of_it(rule, status):
    [short], [full] = found(rule, refreshed(status)), found(rule, refreshed(status, StatusReason="no capacity", PercentageComplete=7, StartTime=NOW))
    assert short.evidence == {"instance_refresh_id": "1", "status": status}
    assert full.evidence == {**short.evidence, "status_reason": "no capacity", "percentage_complete": 7}


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["web"], "Group web launches"),
        (["api", "web"], "Groups api, web launch"),
        (["api", "job", "web"], "Groups api, job, web launch"),
        (["api", "job", "web", "wiki", "zoo"], "Groups api, job, web and 2 more launch"),
    ],
)
def test_a_finding_of_a_launch_source_counts_the_groups_that_launch_from_it(names, sentence):
    source = Source("old", "launch_configuration", "old", "arn", data={"IamInstanceProfile": "web"})
    groups = tuple(Group(name, "arn", launches=(Launch("old", "launch configuration old"),)) for name in names)
    [one] = found(rules_of_chain.launch_configuration_used, estate(sources={"old": source}, groups=groups))
    assert one.what == f"{sentence} from launch configuration old"
    assert one.fix.fleet == tuple({"name": name, "launch_template": {"source_launch_configuration": "old"}} for name in names)


def test_a_fix_names_the_launch_template_where_it_cannot_have_the_name_of_the_group():
    source = Source("old", "launch_configuration", "old", "arn", data={"IamInstanceProfile": "web"})
    groups = tuple(Group(name, "arn", launches=(Launch("old", "launch configuration old"),)) for name in ("ab", "web"))
    [one] = found(rules_of_chain.launch_configuration_used, estate(sources={"old": source}, groups=groups))
    assert [member["launch_template"].get("name") for member in one.fix.fleet] == ["ab-launch-template", None]


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


def with_instance(group="", **answer):
    carried = {"IamInstanceProfile": {"Arn": "arn:aws:iam::123456789012:instance-profile/web", "Id": "AIPA1"}}
    return estate(instances=(Instance("i-1", "arn:i-1", {**carried, **answer}, group),))


@pytest.mark.parametrize(("group", "named"), [("", "Instance i-1"), ("api", "Instance i-1 of group api")])
@pytest.mark.parametrize(
    ("rule", "answer", "sentence", "evidence"),
    [
        (
            rules_of_instances.instance_with_role_is_public,
            {"PublicIpAddress": "192.0.2.1"},
            "with instance profile web has the public address 192.0.2.1",
            {"public_ip_address": "192.0.2.1", "instance_profile": "web"},
        ),
        (
            rules_of_instances.instance_imdsv2_not_required,
            {},
            "with instance profile web answers without a token (IMDSv1)",
            {"http_tokens": "optional", "instance_profile": "web"},
        ),
    ],
)
def test_a_finding_of_an_instance_names_its_group_if_it_has_one(rule, answer, sentence, evidence, group, named):
    [one] = found(rule, with_instance(group, **answer))
    assert one.what == f"{named} {sentence}"
    assert one.evidence == evidence


@pytest.mark.parametrize(
    ("data", "evidence", "fixed"),
    [
        ({"AssociatePublicIpAddress": True}, {"associate_public_ip_address": True}, None),
        (
            {"NetworkInterfaces": [{"DeviceIndex": 0}, {"DeviceIndex": 1, "AssociatePublicIpAddress": True}]},
            {"network_interfaces": [1]},
            [{"device_index": 0, "associate_public_ip_address": False}, {"device_index": 1, "associate_public_ip_address": False}],
        ),
    ],
)
def test_a_public_address_is_found_where_it_is_given_and_fixed_there(data, evidence, fixed):
    [one] = found(rules_of_launch_sources.launch_with_public_address, estate(**with_version(**data)))
    assert one.evidence == evidence
    assert (one.fix.fleet[0]["launch_template"]["network_interfaces"] if one.fix else None) == fixed


def test_the_fix_encrypts_the_volumes_that_are_not_and_leaves_the_others():
    plain, encrypted = {"DeviceName": "/dev/a", "Ebs": {"VolumeSize": 8}}, {"DeviceName": "/dev/b", "Ebs": {"VolumeSize": 9, "Encrypted": True}}
    local = {"DeviceName": "/dev/c", "VirtualName": "ephemeral0"}
    seen = estate(**with_version(BlockDeviceMappings=[plain, encrypted, local]))
    [one] = found(rules_of_launch_sources.volumes_not_encrypted, seen)
    assert one.evidence == {"devices": ["/dev/a"]}
    assert one.fix.fleet[0]["launch_template"]["block_device_mappings"] == [
        {"device_name": "/dev/a", "ebs": {"volume_size": 8, "encrypted": True}},
        {"device_name": "/dev/b", "ebs": {"volume_size": 9, "encrypted": True}},
        {"device_name": "/dev/c", "virtual_name": "ephemeral0"},
    ]


@pytest.mark.parametrize(
    ("profiles", "carried", "is_found"),
    [(("web",), "web", False), (("web",), "api", True), (("web", "api"), "web", False), (("web", "api"), "old", False)],
)
def test_an_instance_carries_another_profile_only_if_its_group_launches_with_one(profiles, carried, is_found):
    sources = {name: Source(name, "launch_template", name, "arn", "1", data={"IamInstanceProfile": {"Name": name}}) for name in profiles}
    group = Group("web", "arn", launches=tuple(Launch(name, name) for name in profiles))
    running = Instance("i-1", "arn", {"IamInstanceProfile": {"Arn": f"arn:aws:iam::123456789012:instance-profile/{carried}"}}, "web")
    seen = estate(sources=sources, groups=(group,), instances=(running,))
    assert bool(found(rules_of_chain.instances_carry_another_profile, seen)) is is_found


@pytest.mark.parametrize(
    ("evidence", "key"),
    [
        ({}, "arn:policy"),
        ({"issue_code": "PASS_ROLE"}, "arn:policy PASS_ROLE"),
        ({"issue_code": "PASS_ROLE", "locations": ["1:2", "3:4"]}, "arn:policy PASS_ROLE 1:2 3:4"),
    ],
)
def test_findings_of_one_policy_are_told_apart_by_issue_and_place(evidence, key):
    policy = Policy("reads", {}, "arn:policy")
    one = rules_of_roles.of_policy(role(), policy, "is wide", "Narrow it", evidence)
    assert one.key == key
    assert one.evidence == {"policy": "arn:policy", "kind": "managed", **evidence}


@pytest.mark.parametrize(
    ("statement", "action", "is_allowed"),
    [
        ({"Action": "iam:PassRole"}, "iam:passrole", True),
        ({"Action": ["s3:GetObject", "IAM:PASS*"]}, "iam:passrole", True),
        ({"Action": "iam:GetRole"}, "iam:passrole", False),
        ({"Action": "*"}, "*", True),
        ({"Action": "*:*"}, "*", True),
        ({"Action": "iam:*"}, "*", False),
        ({"NotAction": "s3:*"}, "iam:passrole", False),
        ({"Action": "iam:PassRole", "Resource": "arn:aws:iam::123456789012:role/web"}, "iam:passrole", False),
        ({"Action": "iam:PassRole", "Resource": ["arn:aws:iam::123456789012:role/web", "*"]}, "iam:passrole", True),
        ({"Action": "iam:PassRole", "Effect": "Deny"}, "iam:passrole", False),
    ],
)
def test_a_statement_allows_an_action_on_all_resources(statement, action, is_allowed):
    document = {"Statement": [{"Effect": "Allow", "Resource": "*", **statement}]}
    assert rules_of_roles.allows(document, action) is is_allowed
