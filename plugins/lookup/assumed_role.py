# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials of an assumed role, as a lookup. They live in the process that asks, and nowhere else."""

from __future__ import annotations

DOCUMENTATION = r"""
name: assumed_role
version_added: 1.1.0
short_description: Assume a role, and give its credentials to modules
description:
  - Calls C(sts:AssumeRole) when a task runs, and returns the credentials under the names that the modules of this collection and of
    amazon.aws have for them.
  - The credentials are kept in the memory of the process that asked, until five minutes before they expire. A task asks once, however many of
    its options need them. They are never written to a file, a cache of an inventory or of facts.
  - The caller's own credentials come from the environment or from O(profile), as for every plugin of amazon.aws.
options:
  role_arn:
    description: The ARN of the role. It must not be empty.
    type: str
    required: true
  role_session_name:
    description: The name of the session, by which CloudTrail tells who did something.
    type: str
    default: passrole.ec2
  external_id:
    description: What the role's trust policy asks for in C(sts:ExternalId), where the role is another company's.
    type: str
  tags:
    description: The session's tags. Both the caller and the role's trust policy must allow C(sts:TagSession).
    type: dict
  transitive_tag_keys:
    description: The keys of those O(tags) that stay when the session assumes another role.
    type: list
    elements: str
  duration_seconds:
    description:
      - How long the session lasts, up to what the role allows. Unless given, an hour.
      - A task that waits for a rollout keeps the credentials it began with, and needs as long.
      - Where one session assumes the next role, as with O(assume_role_arn), AWS gives an hour at most.
    type: int
  policy:
    description: A policy that the session may not go beyond, as a dictionary or as JSON.
    type: raw
  source_identity:
    description: Who stands behind the session, which AWS keeps through further sessions.
    type: str
  assume_role_arn:
    description: The ARN of a role that is assumed first, by which the other one is. If given, it must not be empty.
    type: str
    aliases: [iam_role_arn]
  region:
    description: The region whose STS is asked, which must be enabled in the caller's account.
extends_documentation_fragment:
  - amazon.aws.boto3
  - amazon.aws.common.plugins
  - amazon.aws.region.plugins
author:
  - passrole contributors (@passrole)
seealso:
  - plugin: passrole.ec2.aws_targets
    plugin_type: inventory
  - module: amazon.aws.sts_assume_role
"""

EXAMPLES = r"""
- name: Keep a role in each account and region of an inventory
  hosts: aws_targets
  gather_facts: false
  vars:
    aws_session: "{{ lookup('passrole.ec2.assumed_role', **aws_assume_role) }}"
  module_defaults:
    group/passrole.ec2.aws:
      region: "{{ aws_region }}"
      access_key: "{{ aws_session.access_key }}"
      secret_key: "{{ aws_session.secret_key }}"
      session_token: "{{ aws_session.session_token }}"
      profile: "{{ aws_session.profile }}"
  tasks:
    - name: Keep the role
      passrole.ec2.iam_ec2_role:
        name: "web-{{ aws_region }}"
"""

RETURN = r"""
_raw:
  description:
    - One dictionary with C(access_key), C(secret_key), C(session_token), and an empty C(profile), which keeps a profile of the environment from
      being used beside them.
  type: list
  elements: dict
"""

import json
from datetime import datetime, timezone

from ansible.errors import AnsibleLookupError
from ansible_collections.amazon.aws.plugins.plugin_utils.lookup import AWSLookupBase
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError, Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.sessions import WORDS, Session, assume, session_request, validate_role
from ansible_collections.passrole.ec2.plugins.module_utils.core.shapes import closest
from ansible_collections.passrole.ec2.plugins.plugin_utils.door import aws_of

KNOWN: dict[str, Session] = {}  # what was asked for -> what STS gave, in this process


class LookupModule(AWSLookupBase):
    """The lookup, by its name."""

    def run(self, terms, variables=None, **kwargs):
        try:
            refuse_unknown(terms, kwargs, self.option_definitions)
            for word in ("role_arn", "assume_role_arn", "iam_role_arn"):
                validate_role(kwargs, word, word)
            super().run(terms, variables, **kwargs)
            return [self._session(datetime.now(timezone.utc)).connection()]
        except PassroleError as error:
            raise AnsibleLookupError(f"assumed_role: {error}") from error

    def _session(self, now):
        asked = json.dumps(dict(self.get_options()), sort_keys=True, default=str)
        if asked not in KNOWN or not KNOWN[asked].lasts(now):
            KNOWN[asked] = self._assumed()
        return KNOWN[asked]

    def _assumed(self):
        words = {word: self.get_option(word) for word in WORDS}
        aws = aws_of(self)
        shape = aws.request("sts", "AssumeRole")
        request = session_request(words, shape)
        first = self.get_option("assume_role_arn")
        if first:
            by = session_request({"role_arn": first, "role_session_name": words["role_session_name"]}, shape)
            aws = aws_of(self, assume(by, aws.find))
        return assume(request, aws.find)


def refuse_unknown(terms, said, options):
    """A misspelt option would else be passed over, and a session be another one than was meant."""
    known = {name for option, about in options.items() for name in (option, *(alias for alias in about.get("aliases") or ()))}
    for word in said:
        if word not in known:
            raise Refused(f"{word}: no such option{closest(word, known)}")
    if terms:
        raise Refused("takes options by their names, as in role_arn='arn:aws:iam::123456789012:role/deployer'")
