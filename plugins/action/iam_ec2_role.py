# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show how far a fleet is while its task runs."""

from __future__ import annotations

from ansible_collections.passrole.ec2.plugins.plugin_utils.fleet_progress import FleetAction


class ActionModule(FleetAction):
    """The task of the module of the same name."""

    module = "passrole.ec2.iam_ec2_role"
