# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serve the application over HTTP/1.1 on 127.0.0.1 only, until a signal or the end of the parent process stops it."""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import socket
import struct
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

from ..faults import RESETS, NoAnswer
from ..settings import Settings
from .app import Sandbox
from .request_checks import Refusal, check_request

LOOPBACK = "127.0.0.1"
LOOK_AFTER_PARENT_EVERY = 0.5
OWN_HEADERS = ("content-length", "connection", "server", "date")
LOG = logging.getLogger("passrole_sandbox")
LONGEST_HANG = 300.0  # seconds; botocore hangs up after 60


class Connection(BaseHTTPRequestHandler):
    """One client's connection, kept open between its requests."""

    protocol_version = "HTTP/1.1"
    # Without TCP_NODELAY each answer on a kept connection takes some 40 ms longer.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def serve(self) -> None:
        # Read even when the request is refused: a connection that is closed with unread bytes is reset, and the answer is lost.
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        refusal = check_request(self.command, self.path, self.headers, self.server.server_port)
        if refusal:
            return self.refuse(refusal)
        try:
            body = b"".join(self.server.app(self.environ(sent), self.start))
        except NoAnswer as fault:
            return self.leave(fault.kind)
        self.finish_answer(body)

    def refuse(self, refusal: Refusal) -> None:
        """Answer with one line, and close the connection."""
        LOG.warning("refused with %s: %s", refusal.status, refusal.message)
        self.send_response(refusal.status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Connection", "close")
        self.finish_answer(f"{refusal.message}\n".encode())

    def finish_answer(self, body: bytes) -> None:
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)
        self.wfile.flush()

    def leave(self, kind: str) -> None:
        """Give no answer: let the client wait until it hangs up, or break the connection under it."""
        self.close_connection = True
        if kind in RESETS:
            # Closed with nothing left to linger for, TCP sends a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())
        else:
            select.select([self.connection], [], [], LONGEST_HANG)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = serve

    def start(self, status: str, headers: list[tuple[str, str]], _info: Any = None) -> None:
        code, _space, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            # moto lets every page read its answers.
            if name.lower() not in OWN_HEADERS and not name.lower().startswith("access-control-"):
                self.send_header(name, value)

    def environ(self, body: bytes) -> dict[str, Any]:
        path, _mark, query = self.path.partition("?")
        sent = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()}
        return {
            **sent,
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "SERVER_NAME": LOOPBACK,
            "SERVER_PORT": str(self.server.server_port),
            "SERVER_PROTOCOL": self.protocol_version,
            "REMOTE_ADDR": self.client_address[0],
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

    def log_message(self, *_words: Any) -> None:
        """The application keeps the log."""


class Server(ThreadingHTTPServer):
    """A thread for each connection."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, app: Sandbox) -> None:
        super().__init__((LOOPBACK, port), Connection)
        self.app = app

    def server_bind(self) -> None:
        # Not HTTPServer's: it asks the resolver for this machine's name, which can take seconds.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]

    def handle_error(self, *_where: Any) -> None:
        """A client that hangs up is no news."""
        LOG.debug("a client hung up", exc_info=True)


def serve(port: int, ready_file: Path | None, log_file: Path | None, profile_delay: float, parent: int | None) -> None:
    keep_log(log_file)
    server = Server(port, Sandbox(Settings(profile_delay)))
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: end(server))
    if parent:
        threading.Thread(target=outlive_not, args=(parent, server), daemon=True).start()
    threading.Thread(target=server.app.warm, daemon=True).start()
    if ready_file:
        announce(ready_file, f"http://{LOOPBACK}:{server.server_port}")
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        withdraw(ready_file)


def end(server: Server) -> None:
    # From another thread: shutdown waits for serve_forever, which this signal has interrupted.
    threading.Thread(target=server.shutdown, daemon=True).start()


def outlive_not(parent: int, server: Server) -> None:
    while alive(parent):
        time.sleep(LOOK_AFTER_PARENT_EVERY)
    server.shutdown()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def announce(ready_file: Path, url: str) -> None:
    """Write the file in one step, so that who reads it reads it whole."""
    draft = ready_file.with_name(f"{ready_file.name}.{os.getpid()}")
    draft.write_text(json.dumps({"endpoint_url": url, "pid": os.getpid()}), encoding="utf-8")
    draft.replace(ready_file)


def withdraw(ready_file: Path | None) -> None:
    if ready_file:
        with suppress(OSError):
            ready_file.unlink()


def keep_log(log_file: Path | None) -> None:
    if log_file:
        logging.basicConfig(filename=log_file, level=logging.INFO, format="%(asctime)s %(message)s")
