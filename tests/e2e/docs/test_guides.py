# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the guides show can be copied into a playbook: every play and task of them runs on the sandbox, in check mode."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.e2e.docs.test_readme import SHOWN, TRUST, checked

GUIDES = Path(__file__).parents[3] / "docs" / "docsite" / "rst"
BLOCKS = [(guide.stem, yaml.safe_load(block[0])) for guide in sorted(GUIDES.glob("*.rst")) for block in SHOWN.finditer(guide.read_text(encoding="utf-8"))]


def test_every_block_is_found():
    starts = sum(guide.read_text(encoding="utf-8").count(".. code-block:: yaml+jinja") for guide in GUIDES.glob("*.rst"))
    assert len(BLOCKS) == starts > 5


@pytest.mark.parametrize("guide, block", BLOCKS, ids=lambda part: part if isinstance(part, str) else part[0]["name"])
def test_what_is_shown_runs(guide, block, account, tmp_path):
    account.client("iam").create_role(RoleName="deployer", AssumeRolePolicyDocument=json.dumps(TRUST))
    assert "failed=0" in checked(block, account, tmp_path)
