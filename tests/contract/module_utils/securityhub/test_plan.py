# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which findings are imported, which once more, and which are archived."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Denied, StoppedHalfway
from ansible_collections.passrole.ec2.plugins.module_utils.core.one import one as run
from ansible_collections.passrole.ec2.plugins.module_utils.securityhub.observe import filters, parse
from ansible_collections.passrole.ec2.plugins.module_utils.securityhub.plan import batches, plan
from ansible_collections.passrole.ec2.plugins.module_utils.securityhub.state import ARCHIVED, Observed
from tests.unit.plugins.module_utils.securityhub.test_state import wanted
from tests.support.contracts.principals import DoorOf, allowed
from tests.support.contracts.clients import Door
from tests.support.contracts.securityhub_findings import ACCOUNT, EARLIER, LATER, LONG_AGO, PRODUCT, PROMISED, enabled, finding, many, reported

NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)
TITLE = finding("a")["Title"]


def there(*findings):
    """What Security Hub has, with what it adds."""
    told = [parse({"RecordState": "ACTIVE", "Region": "eu-west-1", "ProductName": "Default", "ProcessedAt": NOW.isoformat(), **one}) for one in findings]
    return Observed({one["Id"]: one for one in told if one["RecordState"] == "ACTIVE"}, {one["Id"]: one for one in told if one["RecordState"] == ARCHIVED})


def told(want, seen):
    return [action.summary for action in plan(want, seen, NOW)]


def sent(want, seen):
    (action,) = plan(want, seen, NOW)
    (one,) = action.params["Findings"]
    return one


def test_what_is_new_is_imported_and_what_is_gone_archived():
    assert told(wanted(finding("a")), there(finding("b"))) == [f"import finding a ({TITLE})", f"archive finding b ({TITLE})"]


def test_imported_findings_are_not_read_again_as_security_hub_shows_them_later():
    assert plan(wanted(finding("a")), there(), NOW).shown_late is True


def test_what_is_as_reported_is_left_alone_whenever_it_is_reported():
    assert told(wanted(finding("a", UpdatedAt=LATER, LastObservedAt=LATER)), there(finding("a", UpdatedAt=EARLIER))) == []


def test_what_security_hub_adds_makes_no_difference():
    more = {"ProductFields": {"rule": "imdsv2_not_required", "aws/securityhub/FindingId": "x"}, "Resources": [{**finding("a")["Resources"][0], "Region": "x"}]}
    assert told(wanted(finding("a", Region="eu-west-1")), there(finding("a", **more))) == []


def test_what_users_decide_makes_no_difference():
    fields = {"Severity": finding("a")["Severity"], "Types": finding("a")["Types"]}
    users = {"Workflow": {"Status": "SUPPRESSED"}, "Note": {"Text": "so"}, "Severity": {"Label": "LOW"}, "FindingProviderFields": fields}
    assert told(wanted(finding("a", Workflow={"Status": "NEW"})), there(finding("a", **users))) == []


@pytest.mark.parametrize("more", [{"Description": "other"}, {"Severity": {"Label": "LOW"}}, {"ProductFields": {}}, {"Types": []}])
def test_what_says_something_else_is_updated(more):
    changed = there(finding("a", ProductFields={"rule": "x", "was": "so"}))
    assert told(wanted(finding("a", **more, ProductFields={"rule": "x"})) if "ProductFields" not in more else wanted(finding("a")), changed) == [
        f"update finding a ({TITLE})"
    ]


def test_an_update_keeps_the_day_when_the_finding_was_made_and_is_newer_than_it():
    seen = there(finding("a", CreatedAt=EARLIER, UpdatedAt="2026-12-24T00:00:00.123456789Z"))
    one = sent(wanted(finding("a", Title="other")), seen)
    assert (one["CreatedAt"], one["UpdatedAt"]) == (EARLIER, "2026-12-24T00:00:01.123456Z")


def test_what_nobody_updated_for_long_is_renewed():
    assert told(wanted(finding("a")), there(finding("a", UpdatedAt=LONG_AGO))) == [f"renew finding a ({TITLE})"]


def test_what_comes_back_is_active_and_as_old_as_it_is():
    one = sent(wanted(finding("a")), there(finding("a", CreatedAt=LONG_AGO, UpdatedAt=LONG_AGO, RecordState=ARCHIVED)))
    assert (one["RecordState"], one["CreatedAt"], one["UpdatedAt"]) == ("ACTIVE", LONG_AGO, LATER)


def test_an_archived_finding_says_what_it_said_and_nothing_of_users():
    one = sent(wanted(), there(finding("a", UpdatedAt=EARLIER, Workflow={"Status": "NOTIFIED"})))
    assert (one["RecordState"], one["UpdatedAt"], one["Title"]) == (ARCHIVED, "2026-11-22T00:00:00Z", TITLE)
    assert not {"Workflow", "ProcessedAt", "Severity"} & one.keys()


def test_what_is_not_to_be_archived_stays():
    assert told(wanted(archive_missing=False), there(finding("a"))) == []


def test_a_call_has_a_hundred_findings_and_five_megabytes_at_most():
    assert [len(batch) for batch in batches(many(250))] == [100, 100, 50]
    assert [len(batch) for batch in batches(many(60, Description="x" * 200_000))] == [24, 24, 12]
    assert told(wanted(*many(101)), there()) == ["import 100 findings: many-000 to many-099", f"import finding many-100 ({TITLE})"]


def test_what_is_another_s_is_not_asked_for():
    asked = filters(wanted())
    assert {name: (one["Comparison"], one["Value"]) for name, (one,) in asked.items()} == {
        "ProductArn": ("EQUALS", PRODUCT),
        "AwsAccountId": ("EQUALS", ACCOUNT),
        "Region": ("EQUALS", "eu-west-1"),
        "GeneratorId": ("PREFIX", "passrole.ec2/"),
    }


def done(door, **said):
    return run(PROMISED.params(said), PROMISED.make_plan, Aws(door), dry=False)[0]


class Stricter(Aws):
    """An account that refuses one finding."""

    def call(self, service, operation, **params):
        if operation != "batch_import_findings":
            return super().call(service, operation, **params)
        taken = [one for one in params["Findings"] if one["Id"] != "b"]
        answer = super().call(service, operation, Findings=taken)
        return {**answer, "FailedFindings": [{"Id": "b", "ErrorCode": "InvalidInput", "ErrorMessage": "too long"}]}


def test_what_security_hub_refuses_of_a_call_is_told_beside_what_it_took(account):
    reported(finding("z"))(account)
    findings = [finding("a"), finding("b"), finding("c")]
    with pytest.raises(StoppedHalfway, match=r"Security Hub refused 1 of 3: b: too long \(InvalidInput\)") as stopped:
        run(PROMISED.params({"findings": findings}), PROMISED.make_plan, Stricter(Door(account)), dry=False)
    assert stopped.value.done == ["import 2 findings: a, c"]
    assert stopped.value.left == [f"import finding b ({TITLE})", f"archive finding z ({TITLE})"]
    assert done(Door(account), findings=findings)["plan"] == stopped.value.left


def test_a_denial_says_which_statement_allows_it(account):
    enabled(account)
    foretold = run(PROMISED.params({"findings": [finding("a")]}), PROMISED.make_plan, Aws(Door(account)), dry=True)[0]
    assert foretold["permissions"] == ["securityhub:BatchImportFindings", "securityhub:GetFindings"]
    reads = {**foretold["policy"], "Statement": [one for one in foretold["policy"]["Statement"] if one["Action"] == ["securityhub:GetFindings"]]}
    door = allowed(account, reads)
    assert isinstance(door, DoorOf)
    with pytest.raises(Denied, match="securityhub:BatchImportFindings") as denied:
        done(door, findings=[finding("a")])
    (statement,) = denied.value.policy["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["securityhub:BatchImportFindings"], [PRODUCT])


def test_what_users_noted_survives_what_is_reported(account):
    reported(finding("a"))(account)
    hub = account.client("securityhub")
    hub.batch_update_findings(FindingIdentifiers=[{"Id": "a", "ProductArn": PRODUCT}], Workflow={"Status": "SUPPRESSED"}, Severity={"Label": "LOW"})
    assert not done(Door(account), findings=[finding("a")])["changed"]
    assert done(Door(account), findings=[finding("a", Description="other")])["updated"] == ["a"]
    (one,) = hub.get_findings()["Findings"]
    assert (one["Workflow"]["Status"], one["Severity"]["Label"], one["Description"]) == ("SUPPRESSED", "LOW", "other")
