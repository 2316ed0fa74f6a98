# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The door to AWS for plugins that run on the control node, with their own credentials or those of a session. Private to this collection."""

from __future__ import annotations

from typing import Any

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.sessions import Session


class Door:
    """What Aws asks a module for, of a plugin of amazon.aws' base class."""

    def __init__(self, plugin: Any, session: Session | None) -> None:
        self._plugin, self._session, self.region = plugin, session, plugin.region

    def client(self, service: str, **more: Any) -> Any:
        return self._plugin.client(service, **credentials(self._session), **more)


def credentials(session: Session | None) -> dict[str, str | None]:
    """As boto3 takes them; without a session, the plugin's own stay."""
    if session is None:
        return {}
    keys = {"aws_access_key_id": session.access_key, "aws_secret_access_key": session.secret_key, "aws_session_token": session.session_token}
    return {**keys, "profile_name": None}


def aws_of(plugin: Any, session: Session | None = None) -> Aws:
    return Aws(Door(plugin, session))
