# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules on roles: whether what runs on the instances may do more than it should, or others than they may do it. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from ..core.findings import UNREADABLE
from ..core.policies import listed, statements
from ..ec2_role.trusted import Trusted, trusted_beside_ec2
from ..ec2_role.vetting import GRAVE, fits
from .estate import Estate, Policy, Role
from .rule import Found, Settings, rule
from .rules_of_chain import briefly, in_profiles

IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
LEAST = f"{IAM}best-practices.html#grant-least-privilege"
ESCALATION = "https://cloudsplaining.readthedocs.io/en/latest/glossary/privilege-escalation/"
PRINCIPALS = f"{IAM}reference_policies_elements_principal.html"
NARROWER = "Put a policy in its place that lists the actions and resources of the application"

# By whoever may decrypt with every key of the account.
DECRYPTING = ("kms:decrypt", "kms:reencryptfrom")
ACCESS_ANALYZER = {"ERROR": "no policy that IAM can read", "SECURITY_WARNING": "a risk", "WARNING": "a fault"}


@rule(
    "critical",
    "A role in an instance profile is an administrator",
    "Whoever gets at one instance has the account.",
    guide=LEAST,
    aws_config=["iam-policy-no-statements-with-admin-access"],
    security_hub=["IAM.1"],
    cis=["4.0.1 1.16", "5.0 1.15", "6.0 2.15"],
    prowler=[
        "iam_role_administratoraccess_policy",
        "iam_aws_attached_policy_no_administrative_privileges",
        "iam_customer_attached_policy_no_administrative_privileges",
        "iam_inline_policy_no_administrative_privileges",
    ],
)
def role_is_administrator(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for role, policy in policies(estate):
        if allows(policy.document, "*"):
            yield of_policy(role, policy, "allows every action on every resource", NARROWER, {"action": "*", "resource": "*"})


@rule(
    "high",
    "A role in an instance profile can give itself more permissions",
    "Whoever gets at one instance can become more than its role.",
    guide=ESCALATION,
    prowler=["iam_policy_allows_privilege_escalation", "iam_inline_policy_allows_privilege_escalation"],
)
def role_can_escalate(estate: Estate, _settings: Settings) -> Iterator[Found]:
    yield from with_issue(estate, "PrivilegeEscalation", "lets it gain more permissions than it has, by {}")


@rule(
    "medium",
    "A role in an instance profile may use every action of a service",
    "It may do whatever AWS adds to the service later, too.",
    guide=LEAST,
    aws_config=["iam-policy-no-statements-with-full-access"],
    security_hub=["IAM.21"],
)
def role_with_service_wildcard(estate: Estate, _settings: Settings) -> Iterator[Found]:
    yield from with_issue(estate, "ServiceWildcard", "allows every action of {}")


@rule(
    "medium",
    "A role in an instance profile may ask for credentials of others",
    "Actions that answer with credentials are allowed on any resource.",
    guide=LEAST,
)
def role_exposes_credentials(estate: Estate, _settings: Settings) -> Iterator[Found]:
    yield from with_issue(estate, "CredentialsExposure", "allows actions that answer with credentials, on any resource: {}")


@rule(
    "medium",
    "A role in an instance profile may change who may use resources",
    "Permissions of any resource can be changed, so that it is open to others.",
    guide=LEAST,
)
def role_exposes_resources(estate: Estate, _settings: Settings) -> Iterator[Found]:
    yield from with_issue(estate, "ResourceExposure", "allows changes of permissions on any resource: {}")


@rule(
    "medium",
    "A role in an instance profile may read whatever the account keeps",
    "All buckets, parameters or secrets are open to whoever gets at one instance.",
    guide=LEAST,
)
def role_reads_everything(estate: Estate, _settings: Settings) -> Iterator[Found]:
    yield from with_issue(estate, "DataExfiltration", "allows reads of data on any resource: {}")


@rule(
    "medium",
    "A role in an instance profile may decrypt with every key",
    "Encryption keeps nothing from whoever gets at one instance.",
    guide="https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html",
    aws_config=["iam-customer-policy-blocked-kms-actions", "iam-inline-policy-blocked-kms-actions"],
)
def role_decrypts_with_any_key(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for role, policy in policies(estate):
        allowed = [action for action in DECRYPTING if allows(policy.document, action)]
        if allowed and not policy.is_of_aws and not allows(policy.document, "*"):
            yield of_policy(role, policy, f"allows {' and '.join(allowed)} with every key", "Name the keys that the application uses", {"actions": allowed})


@rule(
    "medium",
    "IAM Access Analyzer has a finding on a policy of a role",
    "AWS's own check of policies found an error, or what should not be.",
    guide=f"{IAM}access-analyzer-policy-validation.html",
)
def policy_with_analyzer_finding(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for role, policy in policies(estate):
        for one in policy.findings:
            if one.finding_type in ACCESS_ANALYZER:
                said = {"issue_code": one.issue_code, "finding_type": one.finding_type, "locations": list(one.locations), "learn_more": one.learn_more_link}
                yield of_policy(role, policy, f"has {ACCESS_ANALYZER[one.finding_type]}: {one.finding_details}", "Change it as IAM Access Analyzer tells", said)


@rule(
    "high",
    "A role in an instance profile has a policy that is forbidden here",
    "The account has decided that no role of instances may have it.",
    guide=LEAST,
    aws_config=["iam-policy-blacklisted-check"],
)
def role_with_forbidden_policy(estate: Estate, settings: Settings) -> Iterator[Found]:
    for role, policy in policies(estate):
        if any(fits(policy.arn, pattern) for pattern in settings.forbidden_policies):
            yield of_policy(role, policy, "is forbidden here", "Detach it", {"forbidden": list(settings.forbidden_policies)})


@rule(
    "medium",
    "A role in an instance profile lacks a policy that is required here",
    "The account has decided that every role of instances has it.",
    guide=f"{IAM}access_policies_manage-attach-detach.html",
    aws_config=["iam-role-managed-policy-check"],
)
def role_lacks_required_policy(estate: Estate, settings: Settings) -> Iterator[Found]:
    for role in in_profiles(estate):
        for pattern in settings.required_policies:
            if not any(fits(policy.arn, pattern) for policy in role.policies):
                yield Found(role, f"Role {role.name} lacks policy {pattern}", f"Attach {pattern}", {"required": pattern}, key=pattern)


@rule(
    "low",
    "A role in an instance profile has no permissions boundary",
    "Its policies alone say what it may do, and whoever may change them can make it anything.",
    guide=f"{IAM}access_policies_boundaries.html",
)
def role_without_boundary(estate: Estate, settings: Settings) -> Iterator[Found]:
    wanted = settings.required_boundaries
    for role in in_profiles(estate):
        bounded = any(fits(role.boundary, pattern) for pattern in wanted) if wanted else bool(role.boundary)
        if not bounded:
            yield Found(
                role,
                f"Role {role.name} is bounded by {role.boundary or 'nothing'}",
                f"Set boundary to {' or '.join(wanted) if wanted else 'a policy with the most that applications may do'}",
                {"permissions_boundary": role.boundary, "required": list(wanted)},
            )


@rule(
    "low",
    "A role in an instance profile has inline policies",
    "They are seen with this role only, and are neither versioned nor shared.",
    guide=f"{IAM}access_policies_managed-vs-inline.html",
    aws_config=["iam-no-inline-policy-check"],
)
def role_with_inline_policies(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for role in in_profiles(estate):
        names = [policy.name for policy in role.policies if policy.kind == "inline"]
        if names:
            yield Found(role, f"Role {role.name} has inline policies {briefly(names)}", "Make managed policies of them", {"inline_policies": names})


@rule(
    "critical",
    "Anyone may assume a role of instances",
    "Whoever has an AWS account can have the credentials of the instances.",
    guide=PRINCIPALS,
    prowler=["iam_no_custom_policy_permissive_role_assumption"],
)
def role_trusts_anyone(estate: Estate, _settings: Settings) -> Iterator[Found]:
    yield from trusting(estate, lambda one: one.is_anyone and not one.conditional, "may be assumed by anyone", "Name the principals")


@rule(
    "high",
    "A role of instances may be assumed from another account",
    "Whoever is trusted there has what the instances have.",
    guide=PRINCIPALS,
)
def role_trusts_another_account(estate: Estate, _settings: Settings) -> Iterator[Found]:
    def is_foreign(one: Trusted) -> bool:
        return bool(one.account) and not one.is_anyone and one.account != estate.account_id

    remedy = "Leave it out, or ask for an sts:ExternalId in a Condition and give it a role of its own"
    yield from trusting(estate, is_foreign, "may be assumed from another account, by {}", remedy)


@rule(
    "medium",
    "Another service may assume a role of instances for anybody's account",
    "Without aws:SourceAccount or aws:SourceArn in a Condition, the service can be made to act for somebody else.",
    guide=f"{IAM}confused-deputy.html",
    prowler=["iam_role_cross_service_confused_deputy_prevention"],
)
def role_trusts_service_for_anyone(estate: Estate, _settings: Settings) -> Iterator[Found]:
    remedy = "Ask for aws:SourceAccount in a Condition, or give the service a role of its own"
    yield from trusting(estate, lambda one: one.kind == "Service" and not one.conditional, "may be assumed by {}, for whichever account", remedy)


@rule(
    "low",
    "Others than EC2 may assume a role of instances",
    "What they may do cannot be told from what the instances may.",
    guide=PRINCIPALS,
)
def role_trusts_more_than_ec2(estate: Estate, _settings: Settings) -> Iterator[Found]:
    def is_within(one: Trusted) -> bool:
        return (one.kind != "Service" and one.account == estate.account_id) or (one.conditional and (one.kind == "Service" or one.is_anyone))

    yield from trusting(estate, is_within, "may be assumed by {} too", "Give them a role of their own")


def trusting(estate: Estate, is_meant: Any, says: str, remedy: str) -> Iterator[Found]:
    """What is found of the principals that are meant, all of a role in one."""
    for role in in_profiles(estate):
        names = sorted({one.name for one in trusted_beside_ec2(role.trust, estate.partition) if is_meant(one)})
        if names:
            yield Found(role, f"Role {role.name} {says.format(briefly(names))}", remedy, {"principals": names})


def with_issue(estate: Estate, code: str, says: str) -> Iterator[Found]:
    """What cloudsplaining calls so; of an administrator that is said already."""
    for role, policy in policies(estate):
        for issue in policy.issues:
            if issue.code == code and (code in GRAVE or not policy.is_of_aws) and not allows(policy.document, "*"):
                remedy = "Put a policy of your own in its place, with what the application calls" if policy.is_of_aws else NARROWER
                evidence = {"about": list(issue.about), "statements": list(issue.statements)}
                yield of_policy(role, policy, says.format(briefly(list(issue.about))), remedy, evidence)


def not_judged(estate: Estate) -> Iterator[str]:
    for role, policy in policies(estate):
        for issue in policy.issues:
            if issue.code == UNREADABLE:
                yield f"policy {policy.name} of role {role.name} was not judged: {', '.join(issue.about)}"


def of_policy(role: Role, policy: Policy, says: str, remedy: str, evidence: Mapping[str, Any]) -> Found:
    where = {"policy": policy.arn or policy.name, "kind": policy.kind}
    key = f"{policy.arn or policy.name} {evidence.get('issue_code', '')} {' '.join(evidence.get('locations', ()))}".strip()
    return Found(role, f"{policy.kind.capitalize()} policy {policy.name} of role {role.name} {says}", remedy, {**where, **evidence}, key=key)


def policies(estate: Estate) -> Iterator[tuple[Role, Policy]]:
    return ((role, policy) for role in in_profiles(estate) for policy in role.policies)


def allows(document: Mapping[str, Any], action: str) -> bool:
    """Whether a statement allows it on every resource, whatever its Condition; ``*`` stands for every action."""
    return any(
        statement.get("Effect") == "Allow" and "*" in listed(statement.get("Resource") or []) and names_action(statement, action)
        for statement in statements(document)
    )


def names_action(statement: Mapping[str, Any], action: str) -> bool:
    said = [str(one).lower() for one in listed(statement.get("Action") or [])]
    if action == "*":
        return any(one in ("*", "*:*") for one in said)
    return any(fnmatchcase(action, one) for one in said)
