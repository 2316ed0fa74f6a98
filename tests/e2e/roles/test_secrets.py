# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret is in anything that a run prints or writes: real runs of `ansible-playbook`, with secrets planted in every place for one."""

from __future__ import annotations

import base64
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PLAY = Path(__file__).parents[1] / "plays" / "secrets" / "play.yml"
LINES = "#!/bin/sh\nexport DB_PASSWORD='planted-in-lines' \"quoted\"\n\techo $DONE & <done>\n"
PLANTED = {
    "access_key": "AKIAPLANTEDACCESSKEY",
    "secret_key": "planted-secret/key+of/forty+characters/0",
    "session_token": "planted+session+token==",
    "lines": LINES,
    "packed": f"#cloud-config\npassword: planted-in-packed\n{'#' * 60}\n",
    "encoded": base64.b64encode(b"#!/bin/sh\ncurl -u planted-in-encoded\n").decode(),
    "config": "#cloud-config\nwrite_files:\n  - {path: /etc/key, content: \"planted 'in' config\"}\n",
}
ENVIRONMENT = {"AWS_SECRET_ACCESS_KEY": "planted-in-environment/forty/characters/", "AWS_ACCESS_KEY_ID": "AKIAPLANTEDENVIRONME"}
# What is unmistakably of a secret, however it is quoted.
TELLTALES = [
    "AKIAPLANTED", "planted-secret", "planted+session", "planted-in-lines", "planted-in-packed", "planted-in-encoded", "planted 'in' config",
    "planted-in-environment", "planted-in-a-structure", "planted-in-what-is-too-long",
]  # fmt: skip
IMAGE = {"image_id": "ami-01e24be29428c15b2", "instance_type": "t3.micro"}


def template(user_data: Any, **more: Any) -> dict[str, Any]:
    return {"launch_template": {"name": "lines", **IMAGE, "user_data": user_data, **more}}


FAILING = {
    "a misspelt member": template(LINES, imaged="x"),
    "an option that is none": {**template(LINES), "minimal_size": 1},
    "a number that is none": {**template(LINES), "min_size": "many"},
    "a template in JSON, and a number that is none": {"launch_template": json.dumps(template(LINES)["launch_template"]), "min_size": "many"},
    "user data that are a structure": template({"users": [{"password": "planted-in-a-structure"}]}),
    "user data that are too long": template("#planted-in-what-is-too-long" + "x" * 17000),
    "a configuration of nonsense": {"launch_configuration": {"name": "packed", "user_data": {"password": "planted-in-a-structure"}}},
    "no answer": {**template(LINES), "endpoint_url": "http://127.0.0.1:9"},
}
# What only AWS refuses, and so not in check mode; one of the refusals repeats what it was given.
HALFWAY = {
    "AWS does not take the user data": template(f"{LINES}#"),
    "AWS makes no launch configurations": {"launch_configuration": {"name": "packed", **IMAGE, "user_data": LINES}},
}
REPEATED = f"Invalid value {base64.b64encode(f'{LINES}#'.encode()).decode()} for user data"
REFUSALS = [
    {"kind": "error", "operation": "CreateLaunchTemplateVersion", "times": None, "code": "InvalidUserData.Malformed", "message": REPEATED},
    {"kind": "error", "operation": "CreateLaunchConfiguration", "times": None, "code": "UnsupportedOperation", "message": "Use launch templates"},
]


def forms(telltale: str) -> Iterator[bytes]:
    """A telltale as it is, and as base64 has it wherever in a text it stands."""
    yield telltale.encode()
    for before in range(3):
        encoded = base64.b64encode(b"x" * before + telltale.encode()).rstrip(b"=")
        yield encoded[4 if before else 0 : len(encoded) // 4 * 4 - 4]


def packed(text: str) -> bytes:
    return base64.b64encode(gzip.compress(text.encode(), mtime=0))[:40]


SOUGHT = [*(form for telltale in TELLTALES for form in forms(telltale)), packed(PLANTED["packed"])]


def found(told: bytes) -> list[str]:
    """The secrets that are told, each with what stands around it."""
    places = {form: told.find(form) for form in SOUGHT}
    return [told[max(0, at - 200) : at + 100].decode("utf-8", "replace") for at in places.values() if at >= 0]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module", params=["check", "run"])
def told(request, sandbox, home, tmp_path_factory):
    """All that was printed and written: in check mode on an empty account, and then in the real run."""
    if request.param == "check":
        sandbox.reset()
    words = {"planted": PLANTED, "failing": {**FAILING, **HALFWAY}, "halfway": [*HALFWAY], "refusals": REFUSALS, "aws_endpoint_url": sandbox.url}
    given = tmp_path_factory.mktemp("given")
    (given / "words.json").write_text(json.dumps({**words, "cut_python": str(cut_python(given))}), encoding="utf-8")
    yield ansible_playbook(given / "words.json", home, ["--check"] if request.param == "check" else [])
    sandbox.faults()


def cut_python(folder: Path) -> Path:
    """A Python that does not live to the end of a module."""
    script = folder / "python"
    script.write_text(f'#!/bin/sh\n"{sys.executable}" "$@" &\nsleep 0.2\nkill -9 $!\nwait $!\n', encoding="utf-8")
    script.chmod(0o700)
    return script


def ansible_playbook(words: Path, home: Path, options: list[str]) -> subprocess.CompletedProcess[bytes]:
    here = {variable: value for variable, value in os.environ.items() if not variable.startswith("AWS_")}
    settings = {
        "HOME": str(home),
        "ANSIBLE_HOME": str(home / "ansible"),
        "ANSIBLE_INJECT_INVOCATION": "1",
        "ANSIBLE_LOG_PATH": str(home / "ansible.log"),
        "ANSIBLE_RETRY_FILES_ENABLED": "1",
        "ANSIBLE_RETRY_FILES_SAVE_PATH": str(home),
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(home / "facts"),
        "TOLD_TO_CALLBACKS": str(home / "callbacks.json"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
    }
    command = [sys.executable, "-m", "ansible", "playbook", str(PLAY), "-vvv", "--diff", "--extra-vars", f"@{words}", *options]
    return subprocess.run(command, env={**here, **ENVIRONMENT, **settings}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def test_no_secret_is_printed(told):
    assert told.returncode == 0, told.stdout.decode()[-2000:]
    assert told.stdout.count(b"VALUE_SPECIFIED_IN_NO_LOG_PARAMETER") > 20 and b"sha256:" in told.stdout
    assert found(told.stdout) == []


def test_no_secret_is_written_by_ansible_or_to_a_callback(told, home):
    written = {path.name: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert {"ansible.log", "callbacks.json"} < written.keys()
    assert {name: found(text) for name, text in written.items() if found(text)} == {}


def test_no_secret_is_in_the_sandboxs_record_or_log(told, sandbox):
    assert found(json.dumps(sandbox.calls()).encode()) == []
    assert found(sandbox.log.read_bytes()) == []


def test_what_is_sought_is_found_in_every_form():
    for telltale in TELLTALES:
        for before in range(4):
            text = b"y" * before + telltale.encode() + b"z"
            assert found(text) and found(base64.b64encode(text))
    assert found(base64.b64encode(gzip.compress(PLANTED["packed"].encode(), mtime=0)))
