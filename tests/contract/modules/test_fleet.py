# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many in one task: what is read for all, what is refused before the first write, and what becomes of the others when one fails."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.earlier import Earlier
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused
from ansible_collections.passrole.ec2.plugins.module_utils.core.gate import Gate

from tests.support.fleets import GROUPS, PROFILES, ROLES, applications, fleet, named, written
from tests.support.contracts.principals import actions, allowed, less
from tests.support.contracts.clients import Door
from tests.fault_injection.faults import Door as Trying

TEMPLATE = {"image_id": "ami-12c6146b", "instance_type": "t3.micro"}
RATE = 8  # calls per second to each service


def chain(account, **more):
    """What holds for each application of these tests."""
    return {"launch_template": TEMPLATE, "min_size": 0, "max_size": 1, "vpc_zone_identifier": [subnet(account)], **more}


def subnet(account):
    return account.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]


def calls(account):
    return Counter(call["operation"] for call in account.calls())


class Refusing(Aws):
    """AWS denies some calls, by their operation and what is in their params."""

    def __init__(self, account, *denied):
        super().__init__(Door(account))
        self.denied = denied

    def call(self, service, operation, **params):
        for refused, name in self.denied:
            if operation == refused and (not name or name in params.values()):
                raise CallRefused("AccessDenied", f"not allowed to {operation}", asked=(service, operation, params))
        return super().call(service, operation, **params)


def test_an_unchanged_fleet_is_read_with_as_few_calls_as_there_are_pages(account):
    applications(named(30), account, defaults=chain(account))
    account.run("again")
    again = applications(named(30), account, defaults=chain(account))
    assert not again["changed"]
    assert again["results"] == [{"name": f"app-{number}"} for number in range(30)]
    assert Counter(call["operation"] for call in account.calls("again")) == Counter(
        {
            "DescribeSubnets": 1,  # this test's own
            "GetAccountAuthorizationDetails": 1,
            "ListRoles": 1,
            "ListInstanceProfiles": 1,
            "DescribeLaunchTemplateVersions": 1,
            "DescribeAutoScalingGroups": 1,
        }
    )


def test_a_check_foretells_what_the_run_does_and_writes_nothing(account):
    said = named(6, tags={"team": "web"})
    foretold = applications(said, account, dry=True, defaults=chain(account))
    assert not written(account)
    done = applications(said, account, defaults=chain(account))
    for word in ("changed", "permissions", "policy", "outcome", "members", "summary", "diff"):
        assert done[word] == foretold[word], word
    assert [one["plan"] for one in done["results"]] == [one["plan"] for one in foretold["results"]]


def test_the_diff_of_an_application_tells_its_kinds_apart(account):
    result = applications(named(1, path="/web/", tags={"team": "web"}), account, dry=True, defaults=chain(account))
    [diff] = result["diff"]
    assert diff["before"] == {}
    assert diff["after"].keys() == {"iam_role", "iam_instance_profile", "launch_template", "auto_scaling_group"}
    assert diff["after"]["iam_instance_profile"]["role"] == "app-0"


def test_creating_one_of_many_takes_six_writes_and_hardly_a_read(account):
    applications(named(20), account, defaults=chain(account))
    made = calls(account)
    assert {name: count for name, count in made.items() if count >= 20} == {
        name: 20 for name in ("CreateRole", "CreateInstanceProfile", "AddRoleToInstanceProfile", "CreateLaunchTemplate", "CreateAutoScalingGroup")
    }
    assert sum(made.values()) <= 140


def test_moving_all_to_another_profile_reads_no_version_twice(account):
    of_all = chain(account, min_size=1)
    applications(named(6), account, defaults=of_all)
    fleet(ROLES, [{"name": "other"}], account)
    fleet(PROFILES, [{"name": "other", "role": "other"}], account)
    account.run("move")
    result = applications([{**one, "role": "other", "instance_profile": "other"} for one in named(6)], account, defaults=of_all)
    made = Counter(call["operation"] for call in account.calls("move"))
    assert result["members"]["changed"] == 6
    assert (made["CreateLaunchTemplateVersion"], made["ModifyLaunchTemplate"], made["UpdateAutoScalingGroup"]) == (6, 6, 6)
    assert made["DescribeLaunchTemplateVersions"] == 2


def test_a_new_profile_is_known_in_the_end_as_a_task_of_its_own_knows_it(account):
    fleet(ROLES, named(5), account)
    result = fleet(PROFILES, [{"name": one["name"], "role": one["name"]} for one in named(5)], account)
    assert all(one["iam_instance_profile"]["arn"].startswith("arn:aws:iam::") for one in result["results"])


def test_one_that_is_refused_stops_all_before_the_first_write(account):
    said = [*named(4), {"name": "app-4", "launch_template": {"metadata_options": {"http_token": "required"}}}]
    result = applications(said, account, defaults=chain(account))
    assert result["stopped"] and not result["changed"]
    assert result["msg"].startswith(
        "1 of 5 members was refused, and nothing was changed: fleet[4] (app-4): launch_template.metadata_options.http_token: no such member"
    )
    assert not written(account)
    assert [one.get("failed") for one in result["results"]] == [None, None, None, None, True]


def test_as_many_as_may_fail_are_left_out_and_told_of(account):
    said = [*named(4), {"name": "app-4", "min_size": 3, "max_size": 2}]
    result = applications(said, account, defaults=chain(account), gate=Gate(max_fail_percentage=20))
    assert result["failed"] and result["changed"] and not result["stopped"]
    assert result["members"] == {"changed": 4, "unchanged": 0, "failed": 1, "not_begun": 0}
    assert written(account)["CreateAutoScalingGroup"] == 4


@pytest.mark.parametrize("most", ["3", "59%"])
@pytest.mark.parametrize("dry", [True, False])
def test_more_changes_than_may_be_are_refused_before_the_first_write(account, most, dry):
    result = applications(named(5), account, dry=dry, defaults=chain(account), gate=Gate(max_changes=most))
    assert result["msg"] == f"max_changes: 5 of 5 members would change, and no more than {most} may; nothing was changed"
    assert result["stopped"] and not written(account)


def test_as_many_changes_as_may_be_are_made(account):
    applications(named(3), account, defaults=chain(account))
    result = applications(named(5), account, defaults=chain(account), gate=Gate(max_changes="40%"))
    assert result["members"] == {"changed": 2, "unchanged": 3, "failed": 0, "not_begun": 0}


def test_one_that_fails_takes_nothing_from_the_others_and_its_rest_is_not_gone_on_with(account):
    denying = Refusing(account, ("create_instance_profile", "app-2"))
    result = applications(named(4), account, defaults=chain(account), aws=denying)
    failed = result["results"][2]
    assert result["members"] == {"changed": 3, "unchanged": 0, "failed": 1, "not_begun": 0}
    assert failed["done"] == ["create role app-2"]
    assert failed["not_done"][0] == "create instance profile app-2"
    assert failed["not_done"][-1] == "create group app-2 of 0 to 1 instances"
    assert failed["msg"].startswith("Could not create instance profile app-2: not allowed to create_instance_profile (AccessDenied)")
    assert written(account)["CreateAutoScalingGroup"] == 3
    assert applications(named(4), account, defaults=chain(account))["members"]["changed"] == 1


def test_too_many_failures_let_no_further_member_begin(account):
    denying = Refusing(account, ("create_role", ""))
    result = fleet(ROLES, named(10), account, aws=denying, concurrency=1, gate=Gate(max_fail_percentage=20))
    assert result["members"] == {"changed": 0, "unchanged": 0, "failed": 3, "not_begun": 7}
    assert result["stopped"]
    assert result["msg"].endswith("7 were not begun, or not gone on with, as more than max_fail_percentage had failed")
    left = next(one for one in result["results"] if not one.get("failed"))
    assert left == {"name": left["name"], "not_begun": [f"create role {left['name']}"]}


def test_too_many_failures_between_two_stages_leave_the_later_ones_of_all(account):
    denying = Refusing(account, ("create_instance_profile", ""))
    result = applications(named(10), account, defaults=chain(account), aws=denying, concurrency=1, gate=Gate(max_fail_percentage=20))
    assert result["members"] == {"changed": 0, "unchanged": 0, "failed": 3, "not_begun": 7}
    assert result["stopped"] and result["changed"]
    left = next(one for one in result["results"] if not one.get("failed"))
    assert (left["plan"], left["not_begun"][0]) == ([f"create role {left['name']}"], f"create instance profile {left['name']}")
    assert applications(named(10), account, defaults=chain(account))["members"]["changed"] == 10


def test_of_many_warnings_some_are_shown(account):
    fleet(ROLES, named(60, path="/web/"), account)
    warnings = fleet(ROLES, named(60, path="/other/"), account)["warnings"]
    assert len(warnings) == 51
    assert warnings[-1] == "fleet: and 10 more warnings, which details_path writes to a file"


def test_without_a_share_a_failure_stops_no_other(account):
    denying = Refusing(account, ("create_role", ""))
    result = fleet(ROLES, named(10), account, aws=denying, concurrency=1)
    assert result["members"]["failed"] == 10 and not result["stopped"]


@pytest.mark.parametrize(
    ("kind", "said", "because"),
    [
        pytest.param(ROLES, [{"name": "web"}, {"name": "WEB"}], "fleet[1] (WEB): web is what fleet[0] keeps, too; declare each thing once", id="names of IAM"),
        pytest.param(
            GROUPS,
            [{"name": "a", "launch_template": {"name": "x"}}, {"name": "b", "launch_template": {"name": "x"}}],
            "fleet[1] (b): launch template x is what fleet[0] keeps, too; declare each thing once",
            id="a launch template",
        ),
    ],
)
def test_two_that_keep_the_same_thing_are_refused(account, kind, said, because):
    assert because in fleet(kind, said, account)["msg"]


def test_applications_that_say_the_same_of_a_role_share_it(account):
    result = applications([{**one, "role": "shared", "instance_profile": "shared"} for one in named(5)], account, defaults=chain(account))
    assert result["members"]["changed"] == 5
    assert written(account)["CreateRole"] == written(account)["CreateInstanceProfile"] == 1


def test_names_in_iam_end_as_they_are_told_to_unless_they_are_given(account):
    said = [{"name": "web"}, {"name": "batch", "role": "own"}]
    result = applications(said, account, suffix="-eu-west-1", defaults=chain(account))
    assert [one["iam_instance_profile"]["roles"][0]["role_name"] for one in result["results"]] == ["web-eu-west-1", "own"]


def test_applications_that_say_different_things_of_one_role_are_refused(account):
    said = [{**one, "role": "shared", "description": one["name"]} for one in named(2)]
    assert "fleet[1] (app-1): shared is what fleet[0] keeps, too, in another way" in applications(said, account, defaults=chain(account))["msg"]
    assert not written(account)


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"name": "a", "min_sise": 1}, "fleet[0] (a): min_sise: no such option of an application; did you mean min_size?"),
        ({"role": "a"}, "fleet[0]: name: must be given"),
        ({"name": "a", "min_size": "many"}, "fleet[0] (a): argument 'min_size' is of type str and we were unable to convert to int"),
    ],
)
def test_what_makes_no_sense_is_said_with_its_place(account, said, because):
    assert because in applications([said], account, defaults=chain(account))["msg"]


def test_retiring_takes_the_groups_first_and_the_roles_last(account):
    applications(named(5), account, defaults=chain(account))
    account.run("retire")
    result = applications(named(5), account, state="absent")
    assert result["members"]["changed"] == 5
    order = [call["operation"] for call in account.calls("retire") if call["operation"].startswith("Delete")]
    last = {name: max(index for index, one in enumerate(order) if one == name) for name in order}
    assert sorted(last, key=last.get) == ["DeleteAutoScalingGroup", "DeleteLaunchTemplate", "DeleteInstanceProfile", "DeleteRole"]
    assert not applications(named(5), account, state="absent")["changed"]


def test_a_family_of_profiles_is_followed_to_the_group(account):
    said = named(4, role_change="new_profile")
    applications(said, account, defaults=chain(account))
    changed = applications([{**one, "role": f"{one['name']}-2"} for one in said], account, defaults=chain(account))
    assert changed["members"]["changed"] == 4
    own = changed["results"][0]["instance_profile_name"]
    assert own != "app-0"
    assert changed["results"][0]["launch_template"]["instance_profile"] == own
    again = applications([{**one, "role": f"{one['name']}-2"} for one in said], account, defaults=chain(account))
    assert not again["changed"] and again["results"][0] == {"name": "app-0", "instance_profile_name": own}


def test_what_an_earlier_fleet_is_going_to_make_counts_in_a_check(account):
    roles = fleet(ROLES, named(5), account, dry=True)
    profiles = [{"name": one["name"], "role": one["name"]} for one in named(5)]
    assert fleet(PROFILES, profiles, account, dry=True)["stopped"]
    foretold = fleet(PROFILES, profiles, account, dry=True, earlier=Earlier.from_params({"builds_on": [roles]}))
    assert foretold["members"]["changed"] == 5


def test_who_may_not_read_all_is_told_and_served_one_by_one(account):
    fleet(ROLES, named(5), account)
    result = fleet(ROLES, named(5), account, aws=Refusing(account, ("get_account_authorization_details", "")))
    assert not result["changed"]
    assert result["warnings"] == ["fleet: iam:GetAccountAuthorizationDetails is not allowed, so that roles are read one by one (AccessDenied)"]
    assert calls(account)["GetRole"] == 5


def test_a_fleet_of_few_is_read_one_by_one_however_large_the_account(account):
    fleet(ROLES, named(3), account)
    assert calls(account)["GetAccountAuthorizationDetails"] == 0


def test_tags_of_profiles_are_read_of_those_that_declare_some(account):
    fleet(ROLES, named(6), account)
    said = [{"name": one["name"], "role": one["name"], **({"tags": {"team": "web"}} if index < 2 else {})} for index, one in enumerate(named(6))]
    fleet(PROFILES, said, account)
    account.run("again")
    assert not fleet(PROFILES, said, account)["changed"]
    assert Counter(call["operation"] for call in account.calls("again")) == {"ListInstanceProfiles": 1, "GetInstanceProfile": 2}


def test_versions_are_counted_where_there_may_be_some_to_delete(account):
    said = [{**one, "launch_template": {**TEMPLATE, "keep_versions": 2}} for one in named(5)]
    applications(said, account, defaults=chain(account))
    account.run("few")
    assert not applications(said, account, defaults=chain(account))["changed"]
    assert Counter(call["operation"] for call in account.calls("few"))["DescribeLaunchTemplateVersions"] == 1


def test_news_that_spreads_late_is_waited_for_and_holds_up_no_other(account):
    account.settings(profile_delay=0.4)
    result = applications(named(6), account, defaults=chain(account), concurrency=2)
    assert result["members"]["changed"] == 6
    assert any("waited" in one for one in result["results"])


def test_what_was_read_before_is_not_taken_for_what_is_there_after_a_lost_answer(account, no_waiting):
    account.faults({"kind": "reset_after", "operation": "CreateRole", "times": 2})
    result = fleet(ROLES, named(6), account)
    assert result["members"]["changed"] == 6
    assert written(account)["CreateRole"] >= 6
    assert len(account.client("iam").list_roles()["Roles"]) == 6


def test_a_thousand_members_are_told_of_in_less_than_a_controller_shows(account):
    result = fleet(ROLES, named(1000, description="x" * 400), account, dry=True)
    text = json.dumps(result)
    assert len(text) < 700_000
    assert result["members"]["changed"] == 1000


def test_the_policy_that_a_check_tells_is_enough_for_the_run_and_for_the_next(account):
    said, of_all = named(5, tags={"team": "web"}), chain(account)
    for _time in ("create", "look again"):
        policy = applications(said, account, dry=True, defaults=of_all)["policy"]
        result = applications(said, account, defaults=of_all, aws=Aws(allowed(account, policy)))
        assert not result.get("failed"), result["msg"]
        assert result["warnings"] == []


def test_who_may_not_is_told_which_statement_allows_it_for_each_that_was_denied(account):
    of_all = chain(account)
    policy = less(applications(named(4), account, dry=True, defaults=of_all)["policy"], "iam:PassRole")
    result = applications(named(4), account, defaults=of_all, aws=Aws(allowed(account, policy)))
    assert result["members"]["failed"] == 4
    assert all("iam:PassRole" in one["msg"] and actions(one["policy_to_add"]) == ["iam:PassRole"] for one in result["results"])


@pytest.mark.parametrize("kind", ["throttling", "http_500", "reset_after", "error"])
@pytest.mark.parametrize(
    "operation",
    [
        "GetAccountAuthorizationDetails",
        "DescribeAutoScalingGroups",
        "CreateRole",
        "CreateInstanceProfile",
        "AddRoleToInstanceProfile",
        "CreateLaunchTemplate",
        "CreateAutoScalingGroup",
    ],
)
def test_whatever_goes_wrong_once_is_survived_or_told_and_the_next_run_finishes(account, no_waiting, operation, kind):
    of_all = chain(account)
    said = {"kind": kind, "operation": operation, "times": 1}
    account.faults({**said, "code": "ValidationError", "message": "not today"} if kind == "error" else said)
    result = applications(named(4), account, defaults=of_all, aws=Aws(Trying(account.url)))
    if result.get("failed"):
        assert kind == "error" and "not today" in result["msg"]
    left = [one for one in result["results"] if one.get("failed")]
    finished = applications(named(4), account, defaults=of_all)
    assert not finished.get("failed"), finished["msg"]
    assert finished["members"]["changed"] == len(left)
    assert not applications(named(4), account, defaults=of_all)["changed"]


@pytest.mark.parametrize(
    ("per_second", "least_wasted", "most_wasted"), [(None, 0.01, 0.3), (RATE, 0, 0)], ids=["whoever asks too fast", "whoever keeps to the rate"]
)
def test_a_fleet_is_finished_in_an_account_that_throttles_all_the_time(account, per_second, least_wasted, most_wasted):
    of_all = chain(account)
    account.settings(calls_per_second=RATE, burst=RATE)
    account.run("throttled")
    result = applications(named(12), account, defaults=of_all, aws=Aws(Trying(account.url), per_second=per_second))
    assert not result.get("failed"), result["msg"]
    assert result["members"]["changed"] == 12
    made = account.calls("throttled")
    assert least_wasted <= sum(call["fault"] == "throttling" for call in made) / len(made) <= most_wasted
