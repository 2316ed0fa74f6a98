# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sandbox as a process: HTTP, the requests that it refuses, its own endpoints, how it starts and stops.

This file imports nothing: lifecycle and files run in a Python without moto.
"""
