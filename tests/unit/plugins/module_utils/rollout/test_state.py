# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a playbook's words about a rollout come to, and which of them make no sense."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.rollout.state import SUBOPTIONS, Carried, Desired, Profile, Source, desired

from tests.support.service_models import model

MODEL = model("autoscaling")
DEFAULTS = {name: option.get("default") for name, option in SUBOPTIONS.items()}


def asked(**words):
    return desired({**DEFAULTS, **words}, MODEL)


def test_what_is_not_declared_leaves_instances_alone():
    assert desired(None, MODEL) == Desired()
    assert (asked().strategy, asked().declared) == ("none", True)


def test_preferences_become_the_apis_and_what_is_ignored_its_members():
    want = asked(strategy="refresh", preferences={"instance_warmup": "60", "standby_instances": "Ignore"}, ignore=["user_data", "tag_specifications"])
    assert want.preferences == {"InstanceWarmup": 60, "StandbyInstances": "Ignore"}
    assert want.ignored == {"UserData", "TagSpecifications"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"preferences": {"bake_time": 60}}, "^rollout.preferences: are those of an instance refresh; strategy must be refresh, or when_more_differs"),
        ({"refresh_strategy": "ReplaceRootVolume"}, "^rollout.refresh_strategy: is that of an instance refresh"),
        ({"verify": True}, "^rollout.verify: verifies what a strategy rolled out, and strategy is none"),
        ({"strategy": "refresh", "verify": True, "wait": False}, "^rollout.verify: verifies what was waited for, and wait is false"),
        ({"strategy": "refresh", "wait_for": "checkpoint"}, "^rollout.wait_for: there is no checkpoint to wait for"),
        ({"strategy": "refresh", "max_batches": 1}, "^rollout.max_batches: counts batches of associations; strategy must be associate"),
        ({"strategy": "associate", "batch_size": 0}, "^rollout.batch_size: 0, and at least 1 needed"),
        ({"strategy": "associate", "max_batches": 0}, "^rollout.max_batches: 0, and at least 1 needed"),
        ({"wait_timeout": -1}, "^rollout.wait_timeout: -1 is no number of seconds"),
        ({"strategy": "refresh", "preferences": {"auto_rolback": 1}}, r"^rollout.preferences.auto_rolback: no such member .* did you mean auto_rollback"),
        ({"strategy": "refresh", "preferences": {"checkpoint_percentages": [50, 20]}}, "checkpoint_percentages: must be numbers from 1 to 100, each above"),
        ({"strategy": "refresh", "preferences": {"checkpoint_percentages": [0]}}, "checkpoint_percentages"),
        ({"strategy": "refresh", "preferences": {"checkpoint_delay": 1}}, "checkpoint_delay: has an effect with checkpoint_percentages only"),
        ({"strategy": "refresh", "preferences": {"max_healthy_percentage": 150}}, "max_healthy_percentage: AWS takes it beside min_healthy_percentage only"),
        (
            {"strategy": "refresh", "preferences": {"min_healthy_percentage": 50, "max_healthy_percentage": 151}},
            "max_healthy_percentage: 151 is more than 100 above min_healthy_percentage 50",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_path(words, why):
    with pytest.raises(Refused, match=why):
        asked(**words)


def test_a_profile_is_known_by_its_id_and_not_by_its_name():
    carried = Carried("iip-assoc-1", "arn:aws:iam::1:instance-profile/web", "AIPA1", "associated")
    assert Profile("web", "arn:aws:iam::1:instance-profile/web", "AIPA1").carried_by(carried)
    assert not Profile("web", "arn:aws:iam::1:instance-profile/web", "AIPA2").carried_by(carried)
    assert not Profile("web").carried_by(carried)
    assert not Profile("web", None, "AIPA1").carried_by(None)


@pytest.mark.parametrize(
    ("source", "text"),
    [(Source("lt-1", "3", template_name="web"), "version 3"), (Source(configuration="old"), "old"), (Source(), "None")],
)
def test_a_source_is_named_by_its_version_or_its_configuration(source, text):
    assert str(source) == text
