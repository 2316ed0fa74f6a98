# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts and regions as hosts, from a list or from AWS Organizations. What it decides and how it reads is in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
name: aws_targets
version_added: 1.1.0
short_description: Accounts and regions of AWS as hosts
description:
  - Makes a host of each region in each account, so that C(forks), C(serial), C(--limit) and job slices work on them as on machines.
    The hosts are in the group C(aws_targets), and tasks for them run on the control node.
  - The accounts are listed, or are those of an organization; the regions are listed, or are those that each account has enabled.
  - A host knows C(account_id), C(account_name), C(region), and C(aws_region), C(aws_endpoint_url) and C(aws_assume_role), of which the playbooks of this
    collection make their connection. C(aws_assume_role) holds the options of P(passrole.ec2.assumed_role#lookup). C(account_tags) and
    C(account_organizational_unit) are there where they were read.
  - Neither hosts nor the cache hold credentials. A role is assumed when a task runs.
  - The configuration is a YAML file that ends in C(aws_targets.yml) or C(aws_targets.yaml). Values may be templates. An option that
    does not exist is refused.
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [passrole.ec2.aws_targets]
  accounts:
    description:
      - Accounts, each by its id or as a dictionary. They are there whatever O(organization) says, and say more about accounts of the organization.
    type: list
    elements: raw
    default: []
    suboptions:
      account_id:
        description: Its twelve digits, in quotes.
        type: str
        required: true
      account_name:
        description: Its name. Unless given, the one that the organization has for it.
        type: str
      assume_role:
        description: As O(assume_role), for this account; what is not said here is as there. O(accounts[].assume_role.role_arn) is also possible.
        type: dict
        suboptions:
          role_arn:
            description: The ARN of the role, in the place of O(assume_role.role_name).
            type: str
      use_own_credentials:
        description:
          - Whether plays use the credentials that they have in this account, in the place of O(assume_role). Mutually exclusive with
            O(accounts[].assume_role).
        type: bool
        default: false
      regions:
        description: As O(regions), for this account.
        type: list
        elements: str
      exclude_regions:
        description: As O(exclude_regions), for this account.
        type: list
        elements: str
  organization:
    description:
      - Take the active accounts of the organization whose management account, or an account that it delegated this to, the credentials are of.
      - An empty dictionary takes all of them.
    type: dict
    suboptions:
      organizational_units:
        description: Only accounts in these, by id or by the names on the way from the root, as in V(Workloads/Production). V(/) is the root.
        type: list
        elements: str
      exclude_organizational_units:
        description: None in these, or in units below them.
        type: list
        elements: str
      nested:
        description: Whether units below those of O(organization.organizational_units) count as well.
        type: bool
        default: true
      tags:
        description:
          - Only accounts with these tags, each with the value or one of the values, which may have wildcards.
          - Tags are read account by account.
        type: dict
      read_tags:
        description: Whether to read the accounts' tags when O(organization.tags) does not ask for it.
        type: bool
        default: false
      exclude_accounts:
        description: None of these, by id or name.
        type: list
        elements: str
  regions:
    description:
      - Regions by name, or by patterns such as V(eu-*) among those that the account has enabled.
      - Unless given, all that it has enabled. Where all are given by name, AWS is not asked.
    type: list
    elements: str
    default: []
  exclude_regions:
    description: None of these, by name or pattern.
    type: list
    elements: str
    default: []
  enabled_regions_from:
    description:
      - Who tells which regions an account has enabled.
      - V(ec2) asks C(ec2:DescribeRegions) by the role of each account.
      - V(account) asks C(account:ListRegions) of the management account, for which Account Management needs trusted access to the organization.
    type: str
    choices: [ec2, account]
    default: ec2
  assume_role:
    description:
      - The role that a play assumes in each account. Without it, plays use the credentials that they have.
      - C(aws_assume_role) has the same, with the role's ARN in the place of its name.
    type: dict
    suboptions:
      role_name:
        description:
          - The role's name in each account, with its path before it if it has one.
          - It must not be empty. Where no role is assumed, leave O(assume_role) out, or set O(accounts[].use_own_credentials).
        type: str
      role_session_name:
        description: The name of the session, by which CloudTrail tells who did something.
        type: str
        default: passrole.ec2
      external_id:
        description: What the role's trust policy asks for in C(sts:ExternalId).
        type: str
      tags:
        description: The session's tags.
        type: dict
      transitive_tag_keys:
        description: The keys of those tags that stay when the session assumes another role.
        type: list
        elements: str
      duration_seconds:
        description: How long a session lasts. Unless given, an hour.
        type: int
      policy:
        description: A policy that the session may not go beyond, as a dictionary or as JSON.
        type: raw
      source_identity:
        description: Who stands behind the session.
        type: str
      region:
        description: The region whose STS is asked. Unless given, the host's.
        type: str
  assume_role_arn:
    description:
      - The ARN of a role that is assumed first, to read the organization and to assume the accounts' roles by.
  host_name:
    description: What of the account is in the name of a host, before the region, as in V(production.eu-west-1) or V(123456789012.eu-west-1).
    type: str
    choices: [account_name, account_id]
    default: account_name
  strict_permissions:
    description: Whether to fail where an account does not let in, or else to warn and pass it over.
    type: bool
    default: true
extends_documentation_fragment:
  - inventory_cache
  - constructed
  - amazon.aws.boto3
  - amazon.aws.common.plugins
  - amazon.aws.region.plugins
  - amazon.aws.assume_role.plugins
author:
  - passrole contributors (@passrole)
seealso:
  - plugin: passrole.ec2.assumed_role
    plugin_type: lookup
  - name: Many accounts and regions
    description: How the playbooks of this collection run over such an inventory.
    link: https://github.com/passrole/passrole.ec2#work-in-many-accounts-and-regions
"""

EXAMPLES = r"""
# aws_targets.yml: two accounts and two regions are four hosts, production.eu-west-1 and so on
plugin: passrole.ec2.aws_targets
accounts:
  - {account_id: "123456789012", account_name: production}
  - {account_id: "210987654321", account_name: staging}
regions: [eu-west-1, eu-central-1]
assume_role:
  role_name: deployer
  external_id: example-7f3a
  tags: {team: platform}

---
# The accounts of an organizational unit and of those below it, in every region of Europe that each has enabled
plugin: passrole.ec2.aws_targets
organization:
  organizational_units: [Workloads]
  exclude_organizational_units: [Workloads/Sandboxes]
  tags: {stage: [production, staging]}
regions: ["eu-*"]
assume_role:
  role_name: OrganizationAccountAccessRole
  role_session_name: "{{ lookup('ansible.builtin.env', 'USER') }}"
keyed_groups:
  - {key: account_tags.stage, prefix: stage}
  - {key: region, prefix: region}
compose:
  application_group_tags: "{'stage': account_tags.stage}"
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/aws_targets
cache_timeout: 3600
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from ansible.errors import AnsibleParserError
from ansible_collections.amazon.aws.plugins.plugin_utils.inventory import AWSInventoryBase
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError
from ansible_collections.passrole.ec2.plugins.module_utils.core.sessions import WORDS, assume, session_request, validate_role
from ansible_collections.passrole.ec2.plugins.module_utils.targets.observe import enabled_by_account, enabled_by_ec2, find_accounts
from ansible_collections.passrole.ec2.plugins.module_utils.targets.state import (
    Found,
    check_roles,
    from_json,
    hosts,
    refuse_unknown,
    variables,
    wanted,
)
from ansible_collections.passrole.ec2.plugins.plugin_utils.door import aws_of
from ansible_collections.passrole.ec2.plugins.plugin_utils.untrusted_text import is_inert

try:
    from ansible.template import trust_as_template

    untrusted = None
except ImportError:  # before ansible-core 2.19, any text was a template unless somebody said that it is none
    from ansible.utils.unsafe_proxy import wrap_var as untrusted

    trust_as_template = None


GROUP = "aws_targets"
OPTIONS = ("accounts", "organization", "regions", "exclude_regions", "assume_role", "host_name")
AT_ONCE = 8  # accounts that are asked at the same time
SOME_REGION = "us-east-1"  # for what is the same in all; it is enabled in every account of its partition


def plain(value):
    """Return a value from AWS as a host has it. Ansible never renders its texts as templates; only texts that could be one are marked."""
    if isinstance(value, Mapping):
        return {plain(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if not isinstance(value, str):
        return value
    if is_inert(value):
        return template(value)
    return value if untrusted is None else untrusted(value)


def validate_first_role(arn):
    """Refuse an empty assume_role_arn."""
    validate_role({} if arn is None else {"assume_role_arn": arn}, "assume_role_arn", "assume_role_arn")


def template(text):
    return text if trust_as_template is None else trust_as_template(text)


ON_THE_CONTROL_NODE = {"ansible_connection": template("local"), "ansible_python_interpreter": template("{{ ansible_playbook_python }}")}


class InventoryModule(AWSInventoryBase):
    """The inventory, by its name."""

    NAME = "passrole.ec2.aws_targets"
    INVENTORY_FILE_SUFFIXES = ("aws_targets.yml", "aws_targets.yaml")

    def parse(self, inventory, loader, path, cache=True):
        try:
            super().parse(inventory, loader, path, cache=cache)
            validate_first_role(self.get_option("assume_role_arn"))
            asked = wanted({option: self._said(option) for option in OPTIONS})
            aws = aws_of(self)
            check_roles(asked, aws.request("sts", "AssumeRole"))
            self._show(self._found(asked, aws, path, cache), asked, aws.partition)
        except PassroleError as error:
            raise AnsibleParserError(f"{path}: {error}") from error

    @property
    def region(self):
        return super().region or SOME_REGION

    def client(self, *service, **more):
        return super().client(*service, **{"region": self.region, **more})

    def _read_config_data(self, path):
        config = super()._read_config_data(path)
        refuse_unknown(config, {name for option, about in self.option_definitions.items() for name in (option, *(about.get("aliases") or ()))})
        return config

    def _said(self, option):
        value = self.get_option(option)
        return value if value is None else self.templar.template(value)

    def _found(self, asked, aws, path, cache):
        """From the cache, or from AWS into the cache."""
        was_kept, kept = self.get_cached_result(path, cache)
        if was_kept:
            return [from_json(one) for one in kept]
        found = self._look(asked, aws)
        self.update_cached_result(path, cache, [one.as_json() for one in found])
        return found

    def _look(self, asked, aws):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            accounts = find_accounts(asked, aws.find, pool.map)
            enabled = self._enabled([one for one in accounts if not asked.regions_of(one).are_told], asked, aws, pool.map)
        found = [(one, enabled.get(one.account_id, ())) for one in accounts]
        return [Found(one, asked.regions_of(one).of(there)) for one, there in found if there is not None]

    def _enabled(self, accounts, asked, aws, each):
        """The regions of each account by its id; none of one that does not let in, if it may be passed over."""
        if self.get_option("enabled_regions_from") == "account":
            aws.model("account")
            mine = aws.find("sts", "get_caller_identity")["Account"] if accounts else ""
            ways = [(lambda one=one: enabled_by_account(one.account_id if one.account_id != mine else None, aws.find)) for one in accounts]
        else:
            # Clients are made one after the other: what makes them is not for threads.
            sessions = each(self._tried, [self._way_in(one, asked, aws) for one in accounts])
            ways = [self._way_to_ask(one, session) for one, session in zip(accounts, sessions)]
        told = each(self._tried, ways)
        return {one.account_id: self._kept(one, regions) for one, regions in zip(accounts, told)}

    def _way_in(self, account, asked, aws):
        words = asked.role_of(account, aws.partition)
        if words is None:
            return lambda: None
        request = session_request({word: words.get(word) for word in WORDS}, aws.request("sts", "AssumeRole"))
        return lambda: assume(request, aws.find)

    def _way_to_ask(self, account, session):
        if isinstance(session, PassroleError):
            return lambda: session
        own = aws_of(self, session)
        own.model("ec2")
        return lambda: enabled_by_ec2(own.find)

    def _tried(self, way):
        """What comes of it, or why nothing does."""
        try:
            return way()
        except PassroleError as error:
            return error

    def _kept(self, account, regions):
        if not isinstance(regions, PassroleError):
            return regions
        if self.get_option("strict_permissions") or not getattr(regions, "is_denial", False):
            raise regions
        self.warn(f"account {account.account_id} is passed over: {regions}")
        return None

    def _show(self, found, asked, partition):
        self.inventory.add_group(GROUP)
        for name, account, region in hosts(found, asked):
            self.inventory.add_host(name, group=GROUP)
            told = plain(variables(account, region, self._role_words(account, asked, partition), self._connection()))
            for word, value in {**told, **ON_THE_CONTROL_NODE}.items():
                self.inventory.set_variable(name, word, value)
            self._construct(name, told)

    def _construct(self, name, told):
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), told, name, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), told, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), told, name, strict=strict)

    def _role_words(self, account, asked, partition):
        """How a play gets into the account: by the role there, by way of the one that is assumed first if there is one."""
        words, first = asked.role_of(account, partition), self.get_option("assume_role_arn")
        if not first:
            return words
        return {**words, "assume_role_arn": first} if words else {"role_arn": first}

    def _connection(self):
        """What is no secret of the plugin's own connection; a play takes the rest from where the plugin did."""
        return {option: self.get_option(option) for option in ("endpoint_url", "profile") if self.get_option(option)}
