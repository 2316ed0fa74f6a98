# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role's module as a whole: what it shares with amazon.aws.iam_role, another partition, and IAM's slow news."""

from __future__ import annotations

import json

import pytest
import yaml

from ansible_collections.amazon.aws.plugins.modules import iam_role as amazon_aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import one
from ansible_collections.passrole.ec2.plugins.modules.iam_ec2_role import OPTIONS, RETURN

from tests.support.contracts.clients import Door
from tests.support.contracts.ec2_role import CORE, PROMISED

# What amazon.aws has deprecated itself: making instance profiles beside the role, and a second name for the trust.
NOT_OURS = {"create_instance_profile", "delete_instance_profile"}
DEPRECATED = {"assume_role_policy_document_raw"}

THEIR_OPTIONS = {
    name: option for name, option in yaml.safe_load(amazon_aws.DOCUMENTATION)["options"].items() if name not in NOT_OURS
}


class InChina(Door):
    region = "cn-north-1"


class AsUser(Door):
    """The door of a user who may do one thing."""

    def __init__(self, account, action):
        super().__init__(account)
        iam = account.client("iam")
        iam.create_user(UserName="deployer")
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
        iam.put_user_policy(UserName="deployer", PolicyName="own", PolicyDocument=json.dumps(document))
        key = iam.create_access_key(UserName="deployer")["AccessKey"]
        self.key = (key["AccessKeyId"], key["SecretAccessKey"])

    def client(self, service, region="eu-west-1", **_options):
        return self.account.client(service, region, key=self.key)


class Slow(Aws):
    """An IAM that does not know a new role at once where policies are attached to it."""

    refusals = 2

    def call(self, service, operation, **params):
        if operation == "attach_role_policy" and self.refusals:
            self.refusals -= 1
            raise CallRefused("NoSuchEntity", "The role with name web cannot be found.")
        return super().call(service, operation, **params)


def run(account, aws, **said):
    return one(PROMISED.params({"name": "web", **said}), PROMISED.make_plan, aws, dry=False)[0]


@pytest.mark.parametrize("name", THEIR_OPTIONS)
def test_every_option_of_amazon_aws_is_here_with_its_aliases_type_and_default(name):
    ours, theirs = OPTIONS[name], THEIR_OPTIONS[name]
    assert set(theirs.get("aliases", [])) == set(ours.get("aliases", []))
    assert [ours.get(word) for word in ("type", "elements", "default")] == [theirs.get(word) for word in ("type", "elements", "default")]
    assert set(theirs.get("choices", [])) == set(ours.get("choices", []))


def test_every_word_that_amazon_aws_returns_is_returned():
    theirs = yaml.safe_load(amazon_aws.RETURN)["iam_role"]["contains"].keys()
    assert theirs - DEPRECATED <= yaml.safe_load(RETURN)["iam_role"]["contains"].keys()


def test_in_china_ec2_and_aws_s_own_policies_go_by_the_names_they_have_there(account):
    role = run(account, Aws(InChina(account)), managed_policies=["AmazonSSMManagedInstanceCore"])["iam_role"]
    assert role["assume_role_policy_document"]["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com.cn"}
    assert [policy["policy_arn"] for policy in role["attached_policies"]] == [CORE.replace("arn:aws:", "arn:aws-cn:")]


def test_a_new_role_that_iam_does_not_know_yet_is_waited_for(account):
    slow = Slow(Door(account))
    assert run(account, slow, managed_policies=[CORE])["changed"]
    attached = account.client("iam").list_attached_role_policies(RoleName="web")["AttachedPolicies"]
    assert (slow.refusals, [policy["PolicyArn"] for policy in attached]) == (0, [CORE])


TRUSTING_ANYONE = {"assume_role_principals": {"AWS": "*"}}
PASSING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}]}


def test_access_analyzer_tells_what_is_wrong_before_the_write(account):
    result = run(account, Aws(Door(account)), inline_policies={"pass": PASSING}, vet_policies=["access_analyzer"])
    [finding] = result["findings"]
    assert (finding["policy"], finding["locations"]) == ("inline_policies.pass", ["Statement[0].Resource"])
    assert (finding["finding_type"], finding["issue_code"]) == ("SECURITY_WARNING", "PASS_ROLE_WITH_STAR_IN_RESOURCE")
    called = [call["operation"] for call in account.calls()]
    assert called.index("ValidatePolicy") < called.index("CreateRole")


def test_who_may_not_ask_access_analyzer_is_told_so_and_judged_offline_all_the_same(account):
    pytest.importorskip("cloudsplaining", reason="dev/pins brings it; it is optional for users")
    result = run(account, Aws(AsUser(account, "iam:*")), vet_policies=["access_analyzer", "offline"], **TRUSTING_ANYONE)
    assert {(one["judge"], one["issue_code"]) for one in result["findings"]} == {("access_analyzer", "NotJudged"), ("offline", "AssumableByAnyPrincipal")}
    assert result["changed"]
