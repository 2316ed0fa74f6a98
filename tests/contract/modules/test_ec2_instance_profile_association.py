# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet is given its instance profile a few at a time, by the sandbox's clock; the process prints what it documents."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError, Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import one

from tests.support import return_docs as documented
from tests.support.module_process import CREDENTIALS, run_module
from tests.support.contracts import asg_launch_with_profile, instance_profile
from tests.support.contracts.clients import Door
from tests.support.contracts.ec2_association import FLEET, PROMISED, launched, stage

MODULE = PROMISED.module


@pytest.fixture
def fleet(account):
    """Three instances that carry another profile."""
    stage(account)
    account.advance(0)
    return sorted(launched(account, 3, "other"))


@pytest.fixture
def keep(account):
    def keep(dry=False, **said):
        params = PROMISED.params({**FLEET, "instance_profile": "web", **said})
        return one(params, PROMISED.make_plan, Aws(Door(account), sleep=account.advance), dry=dry, sleep=account.advance)

    return keep


def carried(account):
    found = account.client("ec2").describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"]
    return {one["InstanceId"]: one["IamInstanceProfile"]["Arn"].rpartition("/")[2] for one in found}


@pytest.mark.parametrize(("limit", "is_refused"), [("0", True), ("0%", True), ("2", True), ("50%", True), ("3", False), ("", False)])
@pytest.mark.parametrize("dry", [True, False])
def test_a_limit_refuses_more_changes_in_check_mode_too(account, fleet, keep, limit, is_refused, dry):
    before = carried(account)
    if not is_refused:
        told, _warned = keep(dry, max_changes=limit)
        assert len(told["batches"][0]) == 3
        return
    with pytest.raises(Refused, match=f"max_changes: 3 of 3 instances would change, and no more than {limit} may"):
        keep(dry, max_changes=limit)
    assert carried(account) == before


def test_a_batch_carries_its_profile_before_the_next_one_is_begun(account, fleet, keep):
    account.settings(association_delay=10)
    told, _warned = keep(batch_size=2)
    assert told["batches"] == [fleet[:2], fleet[2:]]
    assert [step["seconds"] >= 10 for step in told["waited"]] == [True, True]
    assert set(carried(account).values()) == {"web"}


def test_a_check_tells_the_batches(fleet, keep):
    told, _warned = keep(dry=True, batch_size=2)
    assert told["batches"] == [fleet[:2], fleet[2:]] and len(told["plan"]) == 3


def test_an_empty_list_of_ids_selects_no_instance(account, fleet, keep):
    account.run("none")
    told, _warned = keep(instance_ids=[], filters=None)
    assert told["changed"] is False and told["instances"] == []
    assert set(carried(account).values()) == {"other"}
    assert not [call for call in account.calls("none") if call["mutates"]]


def test_some_are_named_by_their_ids(account, fleet, keep):
    told, _warned = keep(filters=None, instance_ids=[fleet[1], fleet[1]])
    assert [one["instance_id"] for one in told["instances"]] == [fleet[1]]
    assert sorted(carried(account).values()) == ["other", "other", "web"]


def test_what_is_terminated_is_refused_by_its_id_and_left_out_by_a_filter(account, fleet, keep):
    account.client("ec2").terminate_instances(InstanceIds=fleet[:1])
    with pytest.raises(Refused, match=rf"^instance_ids\[0\]: instance {fleet[0]} is (shutting-down|terminated)"):
        keep(filters=None, instance_ids=fleet)
    assert [one["instance_id"] for one in keep(filters={"tag:app": "web"})[0]["instances"]] == fleet[1:]


def test_what_is_on_its_way_is_waited_for_and_what_goes_away_is_given_another_then(account, fleet, keep):
    account.settings(association_delay=20)
    keep(wait=False)
    told, _warned = keep()
    assert not told["changed"] and told["waited"][0]["seconds"] > 0
    ec2 = account.client("ec2")
    for association in ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"]:
        ec2.disassociate_iam_instance_profile(AssociationId=association["AssociationId"])
    told, _warned = keep()
    assert told["changed"] and carried(account) == dict.fromkeys(fleet, "web")


def test_instances_of_a_group_are_changed_with_a_warning(account, keep):
    stage(account)
    params = asg_launch_with_profile.PROMISED.params({**asg_launch_with_profile.GROUP, "instance_profile": "other"})
    one(params, asg_launch_with_profile.PROMISED.make_plan, Aws(Door(account)), dry=False)
    told, [warned] = keep(filters={"tag:aws:autoscaling:groupName": "web"})
    assert told["changed"] and "of group web: whatever this group launches next carries the instance profile of its launch source" in warned


def test_a_profile_that_an_earlier_task_makes_is_foretold(account, fleet, keep):
    said = instance_profile.PROMISED.params({"name": "fresh", "role": "a"})
    made, _warned = one(said, instance_profile.PROMISED.make_plan, Aws(Door(account)), dry=True)
    told, _warned = keep(dry=True, instance_profile="fresh", builds_on=[made])
    assert len(told["plan"]) == 3
    with pytest.raises(Refused, match="^instance_profile: there is no instance profile fresh"):
        keep(dry=True, instance_profile="fresh")


def test_a_profile_that_an_earlier_task_takes_from_all_is_used_no_more(account, fleet, keep):
    moved, _warned = keep(dry=True)
    absent = instance_profile.PROMISED.params({"name": "other", "state": "absent", "builds_on": [moved]})
    assert one(absent, instance_profile.PROMISED.make_plan, Aws(Door(account)), dry=True)[0]["changed"]
    with pytest.raises(PassroleError, match="still used"):
        one({**absent, "builds_on": []}, instance_profile.PROMISED.make_plan, Aws(Door(account)), dry=True)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"filters": {}}, "^filters: without any, every instance of the region would be meant"),
        ({"filters": {"tag:app": []}}, "^filters.tag:app: an empty list"),
        ({"filters": {"tag:app": {"a": 1}}}, "^filters.tag:app: must be a text, or a list of texts"),
        ({"filters": None, "instance_ids": ["web"]}, r"^instance_ids\[0\]: must be an instance's id such as i-0123456789abcdef0, not web"),
        ({"batch_size": 0}, "^batch_size: 0, and at least 1 needed"),
        ({"instance_profile": None}, "^instance_profile: must be given, as state is present"),
        ({"instance_profile": "two words"}, "^instance_profile: two words is neither"),
        ({"instance_profile": "arn:aws:iam::123456789012:instance-profile/team/web"}, "^instance_profile: instance profile web is arn:.*, not arn:"),
        ({"wait_timeout": -1}, "^wait_timeout: -1 is no number of seconds"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_path(fleet, keep, said, why):
    with pytest.raises(Refused, match=why):
        keep(**said)


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_process_prints_the_documented_keys(account, fleet, tmp_path, check_mode):
    connection = {"endpoint_url": account.url, "region": "eu-west-1", **CREDENTIALS}
    result = run_module(MODULE, tmp_path, instance_profile="web", filters=FLEET["filters"], **connection, _ansible_check_mode=check_mode)
    result.pop("invocation", None)
    assert result["changed"] and documented.differences(result, MODULE) == []
