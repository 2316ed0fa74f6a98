# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every plan of this collection promises, whatever the resource: each want, from each state, on a real sandbox."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.shapes import to_api, to_words

from tests.support import return_docs as documented
from tests.support.service_models import input_shape
from tests.support.contracts import asg_launch_with_profile, ec2_association, ec2_role, instance_profile, launch_configuration, securityhub_findings
from tests.support.contracts.clients import Cut, Door, Killed
from tests.support.contracts.contract import cases
from tests.support.contracts.execution import FORETOLD, story_of

PROMISED = (
    ec2_role.PROMISED,
    instance_profile.PROMISED,
    asg_launch_with_profile.PROMISED,
    asg_launch_with_profile.ADOPTED,
    launch_configuration.PROMISED,
    ec2_association.PROMISED,
    securityhub_findings.PROMISED,
)
CASES = [case for promised in PROMISED for case in cases(promised)]


@pytest.fixture(scope="module", params=CASES, ids=str)
def story(request, sandbox):
    """A case foretold, done and done again, once for all promises."""
    return story_of(request.param, sandbox)


def test_what_is_so_needs_nothing(story):
    assert not story.again["changed"]
    assert story.again.get("plan", []) == []
    assert story.written("again") == []


def test_every_call_is_one_aws_knows_and_bounds_allow(story):
    for service, operation, params in story.made:
        shape = input_shape(service, operation)
        # An operation that takes nothing has no shape in older models.
        assert (to_api(to_words(params, shape), shape, operation) if shape else {}) == params


def test_no_step_has_the_sentence_of_another(story):
    assert len({*story.done.get("plan", [])}) == len(story.checked.get("plan", []))


def test_what_was_done_is_what_is_then_seen(story):
    if not story.done.get("failed"):
        assert story.case.agree(seen=story.again["diff"]["before"], foretold=story.done["diff"]["after"])


def test_what_was_refused_changed_nothing(story):
    if story.done.get("failed"):
        assert story.written("done") == []


def test_interrupted_anywhere_a_second_run_finishes_the_work(story, sandbox):
    for after in range(1, len(story.done.get("plan", []))):
        story.case.set_up(sandbox)
        with pytest.raises(Killed):
            story.case.run(sandbox, aws=Cut(Door(sandbox), after))
        assert story.case.agree_anew(seen=story.case.run(sandbox)["diff"]["after"], foretold=story.done["diff"]["after"])
        assert not story.case.run(sandbox)["changed"]


def test_check_mode_only_reads(story):
    assert story.written("checked") == []


def test_check_mode_and_the_run_tell_the_same(story):
    assert [story.checked.get(word) for word in FORETOLD] == [story.done.get(word) for word in FORETOLD]


def test_the_documented_keys_are_the_keys_of_the_result(story):
    for result in (story.checked, story.done, story.again):
        if not result.get("failed"):
            assert documented.differences(result, story.case.promised.module) == []
