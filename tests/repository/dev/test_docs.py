# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site has every guide, and what its guides and its pages point to is there; `make docs` builds it."""

from __future__ import annotations

import re
import zlib
from functools import cache

import pytest
import yaml

from dev.docs import OF_CORE, inventory, labels, place
from dev.place import ROOT, VENV, site_packages

GUIDES = sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst"))
TEXT = {guide.stem: guide.read_text(encoding="utf-8") for guide in GUIDES}
ALL = "\n".join(TEXT.values())
PLURAL = {"module": "modules", "filter": "filter", "lookup": "lookup", "inventory": "inventory"}


def test_each_guide_is_in_one_section():
    sections = yaml.safe_load((ROOT / "docs" / "docsite" / "extra-docs.yml").read_text())["sections"]
    assert sorted(name for section in sections for name in section["toctree"]) == sorted(TEXT)


@pytest.mark.parametrize("name", TEXT)
def test_a_guide_can_be_referred_to_by_its_name(name):
    assert f".. _ansible_collections.passrole.ec2.docsite.{name}:\n" in TEXT[name]


def there(name: str, kind: str) -> bool:
    collection, plugin = name.rsplit(".", 1)
    root = site_packages(VENV) / "ansible_collections" / collection.replace(".", "/")
    return (root / "roles" / plugin).is_dir() if kind == "role" else (root / "plugins" / PLURAL[kind] / f"{plugin}.py").is_file()


@pytest.mark.parametrize("name, kind", sorted(set(re.findall(r":ansplugin:`([\w.]+)#(\w+)`", ALL))))
def test_what_a_guide_links_to_is_there(name, kind):
    assert there(name, kind)


@pytest.mark.parametrize("module, option", sorted(set(re.findall(r":ansopt:`passrole\.ec2\.(\w+)#module:(\w+)`", ALL))))
def test_an_option_that_a_guide_names_is_one(module, option):
    assert option in options_of(module)


@cache
def options_of(module):
    source = (ROOT / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")
    return yaml.safe_load(re.search(r'^DOCUMENTATION = r"""(.*?)^"""', source, re.DOTALL | re.MULTILINE)[1])["options"]


@pytest.mark.parametrize("playbook", sorted(set(re.findall(r"ansible-playbook ((?:passrole\.ec2\.\w+|\S+\.yml))", ALL))))
def test_a_playbook_that_a_guide_runs_is_there(playbook):
    assert (ROOT / (playbook if "/" in playbook else f"playbooks/{playbook.rsplit('.', 1)[1]}.yml")).is_file()


def test_the_variables_that_guides_name_are_those_of_the_role():
    specs = yaml.safe_load((ROOT / "roles" / "application" / "meta" / "argument_specs.yml").read_text())["argument_specs"]["variables"]
    assert set(re.findall(r"\bapplication_(?!role#)\w+", ALL)) - set(specs["options"]) == set()


def test_the_inventory_leads_to_the_headings_of_ansibles_own_pages():
    found = labels(["see :ansplugin:`amazon.aws.iam_role#module` and :ref:`x <ansible_collections.amazon.aws.iam_role_module>`"])
    assert found == OF_CORE | {"ansible_collections.amazon.aws.iam_role_module": place("amazon.aws.iam_role")}
    assert place("amazon.aws.iam_role") == "collections/amazon/aws/iam_role_module.html#ansible-collections-amazon-aws-iam-role-module"


def test_the_inventory_is_in_sphinxs_format():
    opening, packed = inventory({"action_plugins": "plugins/action.html#action-plugins"}).split(b"zlib.\n")
    assert opening.startswith(b"# Sphinx inventory version 2\n")
    assert zlib.decompress(packed) == b"action_plugins std:label -1 plugins/action.html#action-plugins action plugins\n"
