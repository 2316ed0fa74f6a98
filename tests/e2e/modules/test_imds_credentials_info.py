# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module tells on an instance for each thing that can be wrong with its role, and that no secret is in it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.imds.door import Door
from ansible_collections.passrole.ec2.plugins.module_utils.imds.observe import Answer, observe
from ansible_collections.passrole.ec2.plugins.module_utils.imds.state import asked
from ansible_collections.passrole.ec2.plugins.module_utils.imds.told import told
from ansible_collections.passrole.ec2.plugins.modules.imds_credentials_info import OPTIONS, read

from tests.support import return_docs as documented
from tests.support.module_process import run_module
from tests.support.contracts import instance_profile
from tests.support.contracts.contract import defaults

MODULE = "imds_credentials_info"
NOW = datetime(2026, 11, 26, 12, tzinfo=timezone.utc)
SECRETS = ("SecretAccessKey", "AccessKeyId", "Token")


class Instance:
    """One that runs with profile web, in an account where each part of it can be broken."""

    def __init__(self, account, **launch):
        self.account, self.iam, self.ec2 = account, account.client("iam"), account.client("ec2")
        self.iam.create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(instance_profile.TRUST))
        self.iam.create_instance_profile(InstanceProfileName="web")
        self.iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
        asked_for = {"ImageId": "ami-01e24be29428c15b2", "MinCount": 1, "MaxCount": 1, "IamInstanceProfile": {"Name": "web"}, **launch}
        self.id = self.ec2.run_instances(**asked_for)["Instances"][0]["InstanceId"]

    @property
    def endpoint(self):
        return f"{self.account.url}/_sandbox/imds/{self.id}"

    def tell(self, **said):
        return read({**defaults(OPTIONS), "endpoint": self.endpoint, **said})

    def take_role(self):
        self.iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web")

    def delete_and_make_again(self):
        self.take_role()
        self.iam.delete_instance_profile(InstanceProfileName="web")
        self.iam.create_instance_profile(InstanceProfileName="web")
        self.iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")

    def distrust(self):
        trust = json.dumps(instance_profile.TRUST).replace("ec2.amazonaws.com", "lambda.amazonaws.com")
        self.iam.update_assume_role_policy(RoleName="web", PolicyDocument=trust)

    def disassociate(self):
        [association] = self.ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"]
        self.ec2.disassociate_iam_instance_profile(AssociationId=association["AssociationId"])

    def switch_off(self):
        self.ec2.modify_instance_metadata_options(InstanceId=self.id, HttpEndpoint="disabled")


@pytest.fixture
def instance(account):
    return Instance(account)


def test_credentials_that_have_arrived_are_told_with_their_role_and_the_id_of_the_profile(instance):
    found = instance.tell()
    assert (found["delivered"], found["reason"], found["code"], found["role"]) == (True, "", "Success", "web")
    assert found["instance_id"] == instance.id and 21000 < found["seconds_left"] <= 21600
    known = instance.iam.get_instance_profile(InstanceProfileName="web")["InstanceProfile"]
    assert (found["instance_profile"]["arn"], found["instance_profile"]["id"]) == (known["Arn"], known["InstanceProfileId"])


@pytest.mark.parametrize(
    ("broken", "code", "why"),
    [
        ("take_role", "Success", "the instance profile holds no role; put one in"),
        ("delete_and_make_again", "InstanceProfileNotFound", "was deleted, and another of its name is another; associate it again"),
        ("distrust", "AssumeRoleUnauthorizedAccess", "EC2 may not assume the role; its trust policy must allow ec2.amazonaws.com"),
        ("disassociate", None, "the instance carries no instance profile; associate one"),
        ("switch_off", None, "the metadata service is off for this instance; http_endpoint must be enabled"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(instance, broken, code, why):
    getattr(instance, broken)()
    found = instance.tell()
    assert not found["delivered"] and found["code"] == code
    assert why in found["reason"]


@pytest.mark.parametrize(("tokens", "answered"), [("optional", True), ("required", False)])
def test_it_tells_whether_requests_without_a_token_are_answered(account, tokens, answered):
    found = Instance(account, MetadataOptions={"HttpTokens": tokens}).tell()
    assert found["imds"] == {"v1_answered": answered, "v2_answered": True} and found["delivered"]


@pytest.mark.parametrize("broken", [None, "take_role", "delete_and_make_again", "distrust", "disassociate", "switch_off"])
@pytest.mark.parametrize("check_mode", [True, False])
def test_the_process_prints_the_documented_keys_and_no_secret(instance, tmp_path, broken, check_mode):
    if broken:
        getattr(instance, broken)()
    given = credentials(instance)
    result = run_module(MODULE, tmp_path, endpoint=instance.endpoint, _ansible_check_mode=check_mode)
    result.pop("invocation", None)
    assert documented.differences(result, MODULE) == []
    assert not [secret for secret in given if secret in json.dumps(result)]


def credentials(instance):
    """What the instance is given, as an application there reads it."""
    door = Door(instance.endpoint, 2, 1)
    token = door.get("latest/api/token", method="PUT", headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"})
    answer = door.get("latest/meta-data/iam/security-credentials/web", headers={"X-aws-ec2-metadata-token": token.text})
    found = json.loads(answer.text) if answer.ok else {}
    return [*(found[word] for word in SECRETS if word in found), *([token.text] if token.ok else [])]


def test_late_credentials_are_waited_for(instance, monkeypatch):
    instance.take_role()
    monkeypatch.setattr("time.sleep", lambda _seconds: instance.iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web"))
    assert instance.tell(wait_timeout=60)["delivered"]


def test_where_nobody_answers_that_is_told(instance):
    found = instance.tell(endpoint="http://127.0.0.1:9", attempts=1)
    assert not found["delivered"] and found["instance_id"] is None
    assert found["reason"].startswith("nothing answered at http://127.0.0.1:9 (") and "http_put_response_hop_limit" in found["reason"]


class Service:
    """A metadata service that answers as a test says."""

    def __init__(self, **answers):
        info = Answer(200, '{"Code": "Success", "InstanceProfileArn": "a/web"}')
        self.answers = {"token": Answer(200, "t"), "instance-id": Answer(200, "i-1"), "info": info, **answers}

    def get(self, path, **_how):
        return self.answers.get(path.rstrip("/").rpartition("/")[2], Answer(404))


def tell(**answers):
    words = {word.replace("_", "-"): answer for word, answer in answers.items()}
    return told(observe(Service(**words).get), "http://imds", NOW)


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ('{"Code": "Success", "Expiration": "2026-11-26T11:00:00Z"}', "the credentials have expired"),
        ('{"Code": "Failed", "Message": "Ask support."}', "Failed: Ask support."),
        ('{"SecretAccessKey": "s3cret"}', "told nothing that is a document of EC2's"),
        ("s3cret", "told nothing that is a document of EC2's"),
        ("[]", "told nothing that is a document of EC2's"),
        ('{"Code": "Success", "Expiration": "soon"}', ""),
    ],
)
def test_documents_of_any_kind_are_told_in_words_and_nothing_of_them_is_kept(document, why):
    found = tell(security_credentials=Answer(200, "web\n"), web=Answer(200, document))
    assert why in found["reason"] and bool(why) != found["delivered"]
    assert "s3cret" not in json.dumps(found)


def test_where_tokens_do_not_come_through_the_other_way_is_taken():
    found = tell(token=Answer(None, "timed out"), security_credentials=Answer(200, "web"), web=Answer(200, '{"Code": "Success"}'))
    assert found["imds"] == {"v1_answered": True, "v2_answered": False} and found["delivered"]


def test_what_else_answers_there_is_no_metadata_service():
    assert tell(token=Answer(405), instance_id=Answer(404))["reason"] == "http://imds answered with status 405, which the metadata service does not"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"endpoint": "169.254.169.254"}, "^endpoint: must be a URL such as"),
        ({"endpoint": "http://user:secret@imds"}, "^endpoint: must be a URL such as"),
        ({"timeout": 0.0}, "^timeout: must be more than 0 and at most 60 seconds, not 0"),
        ({"wait_timeout": -1}, "^wait_timeout: -1 is no number of seconds"),
        ({"attempts": 0}, "^attempts: must be 1 to 10, not 0"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_option(said, why):
    with pytest.raises(Refused, match=why):
        asked({**defaults(OPTIONS), **said})


def test_it_needs_no_library_but_pythons_own_and_ansibles():
    told_imports = "import sys; import ansible_collections.passrole.ec2.plugins.modules.imds_credentials_info; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", told_imports], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3]).stdout.split()
    assert "ansible_collections.passrole.ec2.plugins.module_utils.imds.told" in loaded
    assert not {"boto3", "botocore"} & {*loaded}
    assert not [name for name in loaded if name.startswith("ansible_collections.amazon")]
