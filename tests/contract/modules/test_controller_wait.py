# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rollout in short runs of the module with looks between them: it tells what one long run tells, and how far it is meanwhile."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError
from ansible_collections.passrole.ec2.plugins.module_utils.rollout.survey import Asked, groups_of, survey
from ansible_collections.passrole.ec2.plugins.module_utils.rollout.waiting import GONE
from ansible_collections.passrole.ec2.plugins.module_utils.rollout.waiting import Door as Outside
from ansible_collections.passrole.ec2.plugins.module_utils.rollout.waiting import Teller, one_batch_less, rolled_out, watched

from tests.support.contracts.clients import Door

from tests.contract.modules import test_rollout
from tests.contract.modules.test_rollout import LARGE, SMALL, WEB, associate, carried, latest_refresh, refresh, run, versions

web, autoscaling = test_rollout.web, test_rollout.autoscaling


class Waiting:
    """What the action plugin does, by the sandbox's clock."""

    def __init__(self, account, progress="changes"):
        self.account, self.progress = account, progress
        self.lines, self.runs, self.now = [], [], 0.0
        self.fails_to_look = 0
        self.between = lambda: None

    def sleep(self, seconds):
        self.now += seconds
        self.account.advance(seconds)
        self.between()

    def run(self, words, said):
        self.runs.append(words)
        try:
            return run(self.account, **{**said, "rollout": words})
        except PassroleError as error:
            return {**error.as_result(), "failed": True}

    def look(self):
        if self.fails_to_look:
            self.fails_to_look -= 1
            return None
        aws = Aws(Door(self.account))
        asked = Asked(("web",), associations=False)
        told = survey(asked, groups_of(asked, aws.find), aws.find, aws.model("autoscaling").shape_for("InstanceRefresh"))
        return next((one["instance_refresh"] for one in told), GONE)

    def __call__(self, rollout, **said):
        outside = Outside(lambda words: self.run(words, said), self.look, self.lines.append, self.sleep, lambda: self.now)
        return rolled_out(rollout, rollout.get("wait_timeout", 3600), outside, Teller("web", self.progress, self.lines.append))


@pytest.fixture
def waiting(web):
    return Waiting(web)


FORETOLD = ("changed", "plan", "permissions", "policy", "outcome", "diff")


def test_it_tells_what_the_check_foretold_and_how_far_it_was(web, waiting):
    foretold = run(web, dry=True, launch_template=LARGE, rollout=refresh(verify=True))
    done = waiting(refresh(verify=True), launch_template=LARGE)
    assert {word: done[word] for word in FORETOLD} == {word: foretold[word] for word in FORETOLD}
    assert (done["rollout"]["instance_refresh"]["status"], done["rollout"]["behind"]) == ("Successful", [])
    assert versions(web) == ["2"] * 4 and "handed_over" not in done
    first, *others = waiting.lines
    assert "goes on when the play is interrupted" in first
    assert "web: refresh 50 %, 2 of 4 replaced, 2 to go" in others and len(set(others)) == len(others)


def test_silence_and_each_look_can_be_chosen(web):
    silent, always = Waiting(web, "none"), Waiting(web, "always")
    silent(refresh(), launch_template=LARGE)
    always(refresh(), launch_template={**SMALL, "instance_type": "t3.large"})
    assert silent.lines == []
    assert len(set(always.lines)) < len(always.lines)


def test_associations_are_counted_batch_by_batch(web, waiting):
    foretold = run(web, dry=True, instance_profile="other", rollout=associate(batch_size=1))
    done = waiting(associate(batch_size=1), instance_profile="other")
    assert waiting.lines[1:] == [f"web: associate {25 * number} %, {number} of 4 associated, {4 - number} to go" for number in (1, 2, 3)]
    assert set(carried(web).values()) == {"other"}
    assert done["plan"] == foretold["plan"] and done["rollout"]["associated"] == foretold["rollout"]["associated"]


def test_no_more_batches_are_made_than_were_asked_for(web, waiting):
    done = waiting(associate(batch_size=1, max_batches=2), instance_profile="other")
    assert list(carried(web).values()).count("other") == 2
    assert len(done["rollout"]["behind"]) == 2


def test_what_is_in_the_way_is_waited_for_first(web, waiting):
    run(web, launch_template=LARGE, rollout=refresh(wait=False))
    done = waiting(refresh(when_under_way="wait"), launch_template={**SMALL, "instance_type": "t3.large"})
    assert done["rollout"]["instance_refresh"]["status"] == "Successful" and versions(web) == ["3"] * 4
    assert "is in the way and waited for" in waiting.lines[0]


@pytest.mark.parametrize("when", ["wait", "cancel"])
def test_each_refresh_is_counted_for_itself_and_those_that_are_told_are_those_of_the_last(web, waiting, when):
    run(web, launch_template=LARGE, rollout=refresh(wait=False))
    done = waiting(refresh(when_under_way=when), launch_template={**SMALL, "instance_type": "t3.large"})
    assert not [line for line in waiting.lines if "of 5" in line]
    begun = [number for number, line in enumerate(waiting.lines) if "instance refresh" in line]
    assert [waiting.lines[number + 1].partition(",")[2].split(" (")[0] for number in begun] == [" 0 of 4 replaced, 4 to go"] * 2
    replaced = [one for batch in done["rollout"]["replaced"] for one in batch]
    assert len(replaced) == 4 and all(one in done["plan"][-1] for one in replaced)


def test_of_one_that_is_joined_on_its_way_no_more_is_told_than_is_known(web, waiting):
    run(web, launch_template=LARGE, rollout=refresh(wait=False))
    while versions(web).count("2") < 2:
        web.advance(5)
    done = waiting(refresh(), launch_template=LARGE)
    assert done["rollout"]["joined"] == latest_refresh(web)["InstanceRefreshId"]
    assert waiting.lines[1] == "web: refresh 25 %, 3 to go" and not [line for line in waiting.lines if "replaced" in line]


def test_a_group_that_is_deleted_meanwhile_fails_the_task_at_once_and_is_not_made_anew(web, autoscaling, waiting):
    def meanwhile():
        waiting.between = lambda: None
        autoscaling.delete_auto_scaling_group(**WEB, ForceDelete=True)
        web.advance(600)

    waiting.between = meanwhile
    done = waiting(refresh(), launch_template=LARGE)
    assert done["failed"] and "group web is not there any more" in done["msg"] and waiting.now < 60
    assert len(done["done"]) == 3 and autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"] == []


def test_what_is_still_in_the_way_when_time_is_up_is_named(web, waiting):
    run(web, launch_template=LARGE, rollout=refresh(wait=False))
    done = waiting(refresh(when_under_way="wait", wait_timeout=3), launch_template={**SMALL, "instance_type": "t3.large"})
    assert done["failed"] and "is being rolled out otherwise by instance refresh" in done["msg"]


@pytest.mark.parametrize("two", [2, "2", "2.0", 2.0])
def test_batches_are_counted_down_however_their_number_is_written(two):
    assert one_batch_less({"max_batches": two}) == {"max_batches": 1}


@pytest.mark.parametrize("call", ["cancel_instance_refresh", "rollback_instance_refresh"])
def test_one_that_ends_otherwise_fails_the_task_with_all_that_was_done(web, autoscaling, waiting, call):
    def meanwhile():
        if versions(web).count("2") == 1 and latest_refresh(web)["Status"] == "InProgress":
            getattr(autoscaling, call)(**WEB)

    waiting.between = meanwhile
    done = waiting(refresh(), launch_template=LARGE)
    assert done["failed"] and done["changed"] and "ended as" in done["msg"] and "plan" not in done
    assert done["done"][0].startswith("add a version to launch template web")
    assert done["done"][2].startswith("start an instance refresh of group web to the new version")


def test_time_that_is_up_is_told_with_how_far_it_is(web, waiting):
    done = waiting(refresh(wait_timeout=12), launch_template=LARGE)
    assert done["failed"] and "not so after 12 seconds: it is InProgress" in done["msg"]
    assert latest_refresh(web)["Status"] == "InProgress"


def test_a_checkpoint_can_be_the_end_of_the_wait(web, waiting):
    preferences = {"checkpoint_percentages": [50, 100], "checkpoint_delay": 3600}
    done = waiting(refresh(wait_for="checkpoint", preferences=preferences), launch_template=LARGE)
    assert (latest_refresh(web)["Status"], latest_refresh(web)["PercentageComplete"]) == ("InProgress", 50)
    assert not done.get("failed") and waiting.lines[-1].endswith("(at a checkpoint)")


def looked(until, *refreshes):
    """How many looks it takes, of those that tell these refreshes, until the one by the name of ours is over."""
    seen = []

    def look():
        seen.append(refreshes[len(seen)])
        return seen[-1]

    door = Outside(run=None, look=look, say=None, sleep=lambda _seconds: None, clock=lambda: float(len(seen)))
    over = watched({"instance_refresh_id": "ours", "until": until}, 99, door, Teller("web", "none", None))
    return over, len(seen)


def told(name, ended=False):
    return {"instance_refresh_id": name, "status": "InProgress", "ended": ended, "at_checkpoint": False}


def test_one_that_aws_does_not_list_yet_is_not_taken_for_one_that_has_ended():
    assert looked("completion", None, told("before", ended=True), told("ours"), told("ours", ended=True)) == (True, 4)


def test_one_that_another_follows_has_ended():
    assert looked("completion", told("ours"), told("after", ended=True)) == (True, 2)
    assert looked("completion", told("after")) == (True, 1)
    assert looked("end", told("after", ended=True)) == (True, 1)


def test_one_whose_group_is_gone_is_over():
    assert looked("completion", None, GONE) == (True, 2)


def test_looks_that_fail_are_made_again(web, waiting):
    waiting.fails_to_look = 3
    assert not waiting(refresh(), launch_template=LARGE).get("failed")


def test_an_interrupted_wait_is_joined_by_the_next_run(web, waiting):
    class Interrupted(Exception):
        pass

    def interrupt():
        if versions(web).count("2") == 2:
            raise Interrupted

    waiting.between = interrupt
    with pytest.raises(Interrupted):
        waiting(refresh(), launch_template=LARGE)
    again = Waiting(web)
    done = again(refresh(), launch_template=LARGE)
    assert done["rollout"]["joined"] == latest_refresh(web)["InstanceRefreshId"]
    assert len(web.client("autoscaling").describe_instance_refreshes(**WEB)["InstanceRefreshes"]) == 1 and versions(web) == ["2"] * 4


def test_a_refusal_is_the_tasks_own(waiting):
    done = waiting(refresh(preferences={"checkpoint_delay": 60}), launch_template=LARGE)
    assert done["failed"] and len(waiting.runs) == 1 and waiting.lines == []
