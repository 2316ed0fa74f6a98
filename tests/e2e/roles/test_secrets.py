# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret is in anything that a run prints or writes: real runs of `ansible-playbook`, with secrets planted in every place for one."""

from __future__ import annotations

import ast
import base64
import gzip
import json
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from dev.env.ansible_cores import AnsibleCore, installed, newest
from tests.support.playbook_runner import run_playbook

PLAY = Path(__file__).parents[1] / "plays" / "secrets" / "play.yml"
LINES = "#!/bin/sh\nexport DB_PASSWORD='planted-in-lines' \"quoted\" KEY=AKIAPLANTEDINUSERDAT\n\techo $DONE & <done>\n"
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


@dataclass(frozen=True)
class Run:
    """What ansible-playbook printed, and the home in which it wrote files."""

    status: int
    output: bytes
    home: Path

    def files(self) -> Iterator[Path]:
        return (path for path in sorted(self.home.rglob("*")) if path.is_file())

    def payloads(self) -> list[Path]:
        """The modules that ansible-core kept, with their arguments."""
        return [path for path in self.files() if path.name.startswith("AnsiballZ_")]


# A run on the newest ansible-core and a check on the oldest, as they write their modules in different ways.
ALWAYS = [(newest(), "run"), (installed()[0], "check")]
RUNS = [
    pytest.param((core, mode), id=f"{mode}-{core.version}", marks=[] if (core, mode) in ALWAYS else [pytest.mark.exhaustive])
    for core in installed()
    for mode in ("check", "run")
]


@pytest.fixture(scope="module", params=RUNS)
def run(request, sandbox, tmp_path_factory) -> Iterator[Run]:
    """A run on an empty account, of which all that was printed and written is searched."""
    core, mode = request.param
    sandbox.reset()
    home, given = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("given")
    (home / "written").mkdir()
    words = {
        "planted": PLANTED,
        "failing": {**FAILING, **HALFWAY},
        "halfway": [*HALFWAY],
        "refusals": REFUSALS,
        "written": str(home / "written"),
        "cut_python": str(cut_python(given, core)),
        "aws_endpoint_url": sandbox.url,
        **WRITING,
    }
    (given / "words.json").write_text(json.dumps(words), encoding="utf-8")
    yield ansible_playbook(core, given / "words.json", home, ["--check"] if mode == "check" else [])
    sandbox.faults()


# Playbooks that read the account afterwards, on one ansible-core, as they write the same on each; and where they write.
READING = ("passrole.ec2.adopt", "passrole.ec2.audit")
WRITING = {
    "aws_region": "eu-west-1",
    "adopt_file": "written/adopted.yml",
    "audit_formats": ["html", "json", "junit", "sarif", "asff"],
    "audit_report_dir": "written/report",
    "audit_vet_policies": [],
}


def cut_python(folder: Path, core: AnsibleCore) -> Path:
    """A Python that does not live to the end of a module."""
    script = folder / "python"
    script.write_text(f'#!/bin/sh\n"{core.python}" "$@" &\nsleep 0.2\nkill -9 $!\nwait $!\n', encoding="utf-8")
    script.chmod(0o700)
    return script


def ansible_playbook(core: AnsibleCore, words: Path, home: Path, options: list[str]) -> Run:
    settings = {
        "ANSIBLE_INJECT_INVOCATION": "1",
        "ANSIBLE_KEEP_REMOTE_FILES": "1",
        "ANSIBLE_REMOTE_TMP": str(home / "remote"),
        "ANSIBLE_LOG_PATH": str(home / "ansible.log"),
        "ANSIBLE_RETRY_FILES_ENABLED": "1",
        "ANSIBLE_RETRY_FILES_SAVE_PATH": str(home),
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(home / "facts"),
        "TOLD_TO_CALLBACKS": str(home / "callbacks.json"),
    }
    playbooks = (str(PLAY), *(READING if core == newest() else ()))
    done = run_playbook(home, *playbooks, "-vvvv", "--diff", "--extra-vars", f"@{words}", *options, core=core, **ENVIRONMENT, **settings)
    return Run(done.status, done.output.encode(), home)


@dataclass(frozen=True)
class Payload:
    """A module as ansible-core wrote it: its arguments, and all else."""

    arguments: Mapping[str, Any]
    rest: bytes

    @classmethod
    def read(cls, path: Path) -> Payload:
        """The arguments are a text of JSON in the source, and the module a zip archive in base64."""
        source = path.read_text(encoding="utf-8")
        texts = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))]
        plain = [text.decode() if isinstance(text, bytes) else text for text in texts]
        [arguments] = [text for text in plain if text.startswith('{"ANSIBLE_MODULE_ARGS"')]
        [archive] = [text for text in plain if text.startswith(ZIP)]
        with ZipFile(BytesIO(base64.b64decode(archive))) as files:
            module = b"".join(files.read(name) for name in files.namelist())
        # However the arguments are quoted, a line of the source that holds them holds nothing else.
        others = [line for line in source.splitlines() if "ANSIBLE_MODULE_ARGS" not in line]
        return cls(json.loads(arguments)["ANSIBLE_MODULE_ARGS"], module + "\n".join(others).encode())


ZIP = base64.b64encode(b"PK\x03\x04").decode()[:5]
# The options that a secret is given in: credentials, user data, and what the play itself tells the sandbox.
GIVEN_IN = {"access_key", "secret_key", "session_token", "launch_template", "launch_configuration", "application", "fleet", "body"}


def test_no_secret_is_printed(run):
    assert run.status == 0, run.output.decode()[-2000:]
    assert run.output.count(b"VALUE_SPECIFIED_IN_NO_LOG_PARAMETER") > 20 and b"sha256:" in run.output
    assert found(run.output) == []


def test_no_secret_is_written_by_ansible_or_to_a_callback(run):
    """Into the log, the fact cache, retry files, or whatever else the home has; the modules that are kept are the next test's."""
    payloads = run.payloads()
    written = {path.name: path.read_bytes() for path in run.files() if path not in payloads}
    assert {"ansible.log", "callbacks.json"} < written.keys() and any(path.parent.name == "facts" for path in run.files())
    assert {name: found(text) for name, text in written.items() if found(text)} == {}


def test_no_secret_is_in_a_file_that_the_collection_writes(run, request):
    written = {path.name for path in (run.home / "written").rglob("*") if path.is_file()}
    assert written >= {"details.json", "findings.json"}
    core, mode = request.node.callspec.params["run"]
    if mode == "run":
        assert "credentials_in_user_data" in (run.home / "written" / "findings.json").read_text()
    if mode == "run" and core == newest():
        assert written >= {"adopted.yml", "audit.html", "audit.json", "audit.junit.xml", "audit.sarif", "audit.asff.json"}
    for path in (run.home / "written" / "details.json", run.home / "written" / "findings.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_kept_module_holds_a_secret_only_in_the_option_that_was_given_it(run):
    """Ansible writes a module with its arguments in clear, and by ANSIBLE_KEEP_REMOTE_FILES, or when it is killed, leaves it there.

    No module can help that: it happens before a module runs. Only its user may enter the directory, and no result of an earlier task
    (``builds_on``) brings a secret into the arguments of a later one.
    """
    payloads = {path: Payload.read(path) for path in run.payloads()}
    assert len(payloads) > 8
    holding = {option for payload in payloads.values() for option, value in payload.arguments.items() if found(json.dumps(value).encode())}
    assert {"secret_key", "launch_template", "launch_configuration", "fleet"} <= holding <= GIVEN_IN
    assert not any(found(payload.rest) for payload in payloads.values())
    for path in payloads:
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700, path


def test_credentials_of_the_environment_are_in_no_kept_module(run):
    environment = [form for value in ENVIRONMENT.values() for form in forms(value)]
    assert not [path for path in run.payloads() for form in environment if form in path.read_bytes()]


def test_no_secret_is_in_the_sandboxs_record_or_log(run, sandbox):
    assert found(json.dumps(sandbox.calls()).encode()) == []
    assert found(sandbox.log.read_bytes()) == []


def test_what_is_sought_is_found_in_every_form():
    for telltale in TELLTALES:
        for before in range(4):
            text = b"y" * before + telltale.encode() + b"z"
            assert found(text) and found(base64.b64encode(text))
    assert found(base64.b64encode(gzip.compress(PLANTED["packed"].encode(), mtime=0)))
