# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every plan of this collection promises, whatever the resource: each want, from each state, on a real sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.shapes import to_api, to_words

from tests.support import return_docs
from tests.support.service_models import input_shape
from tests.support.contracts import asg_launch_with_profile, ec2_association, ec2_role, instance_profile, launch_configuration, securityhub_findings
from tests.support.contracts.clients import Cut, Door, Killed
from tests.support.contracts.contract import cases
from tests.support.contracts.execution import FORETOLD, Story, story_of

PROMISED = {
    "role": ec2_role.PROMISED,
    "instance profile": instance_profile.PROMISED,
    "group": asg_launch_with_profile.PROMISED,
    "adopted template": asg_launch_with_profile.ADOPTED,
    "launch configuration": launch_configuration.PROMISED,
    "association": ec2_association.PROMISED,
    "findings": securityhub_findings.PROMISED,
}
CASES = {f"{name}: {case.want}, from {case.have}": case for name, promised in PROMISED.items() for case in cases(promised)}
# `make test-all` alone runs these, as others take the same branches; dev/test_runner/contract_pairs.py chooses.
EXHAUSTIVE = frozenset(Path(__file__).with_name("exhaustive_pairs.txt").read_text(encoding="utf-8").splitlines())
EACH_CASE = [pytest.param(case, id=name, marks=[pytest.mark.exhaustive] if name in EXHAUSTIVE else []) for name, case in CASES.items()]


@pytest.mark.parametrize("case", EACH_CASE)
def test_every_promise_is_kept(case, sandbox):
    story = story_of(case, sandbox)
    check_mode_only_reads(story)
    check_mode_and_the_run_return_the_same(story)
    a_refusal_changes_nothing(story)
    each_call_is_valid_in_the_service_model(story)
    each_step_has_its_own_summary(story)
    the_next_run_sees_what_was_predicted(story)
    a_second_run_changes_nothing(story)
    the_result_has_the_documented_keys(story)
    a_second_run_finishes_an_interrupted_one(story, sandbox)


def check_mode_only_reads(story: Story) -> None:
    assert story.written("checked") == []


def check_mode_and_the_run_return_the_same(story: Story) -> None:
    assert [story.checked.get(word) for word in FORETOLD] == [story.done.get(word) for word in FORETOLD]


def a_refusal_changes_nothing(story: Story) -> None:
    if story.done.get("failed"):
        assert story.written("done") == []


def each_call_is_valid_in_the_service_model(story: Story) -> None:
    for service, operation, params in story.made:
        shape = input_shape(service, operation)
        # An operation without parameters has no shape in older models.
        assert (to_api(to_words(params, shape), shape, operation) if shape else {}) == params


def each_step_has_its_own_summary(story: Story) -> None:
    assert len({*story.done.get("plan", [])}) == len(story.checked.get("plan", []))


def the_next_run_sees_what_was_predicted(story: Story) -> None:
    if not story.done.get("failed"):
        assert story.case.agree(seen=story.again["diff"]["before"], foretold=story.done["diff"]["after"])


def a_second_run_changes_nothing(story: Story) -> None:
    assert not story.again["changed"]
    assert story.again.get("plan", []) == []
    assert story.written("again") == []


def the_result_has_the_documented_keys(story: Story) -> None:
    for result in (story.checked, story.done, story.again):
        if not result.get("failed"):
            assert return_docs.differences(result, story.case.promised.module) == []


def a_second_run_finishes_an_interrupted_one(story: Story, sandbox) -> None:
    """Interrupted after each of its changes in turn."""
    for after in range(1, len(story.done.get("plan", []))):
        story.case.set_up(sandbox)
        with pytest.raises(Killed):
            story.case.run(sandbox, aws=Cut(Door(sandbox), after))
        assert story.case.agree_anew(seen=story.case.run(sandbox)["diff"]["after"], foretold=story.done["diff"]["after"])
        assert not story.case.run(sandbox)["changed"]
