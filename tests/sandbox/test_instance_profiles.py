# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instance profiles, after IAM's API reference and service model (names, paths, quotas) and its user guide (reference_iam-quotas)."""

from __future__ import annotations

import pytest


def test_an_id_begins_with_aipa(iam):
    """IAM user guide, reference_identifiers: unique id prefixes."""
    made = iam.create_instance_profile(InstanceProfileName="web")["InstanceProfile"]
    assert made["InstanceProfileId"].startswith("AIPA")
    assert len(made["InstanceProfileId"]) == 21


@pytest.mark.parametrize("taken", ["web", "WEB"])
def test_a_name_is_unique_whatever_its_case(iam, refused, taken):
    """reference_iam-quotas: names are not distinguished by case."""
    iam.create_instance_profile(InstanceProfileName="web", Path="/there/")
    code, _message = refused(iam.create_instance_profile, InstanceProfileName=taken)
    assert code == "EntityAlreadyExists"


@pytest.mark.parametrize(
    ("params", "because"),
    [
        ({"InstanceProfileName": "we b"}, r"Value 'we b' at 'instanceProfileName' failed to satisfy constraint: Member must satisfy regular expression"),
        ({"InstanceProfileName": "x" * 129}, "Member must have length less than or equal to 128"),
        ({"InstanceProfileName": "web", "Path": "there"}, "The specified value for path is invalid. It must begin and end with /"),
        ({"InstanceProfileName": "web", "Path": "/the re/"}, "The specified value for path is invalid. It must begin and end with /"),
    ],
)
def test_a_name_or_path_outside_iams_patterns_is_refused(iam, refused, params, because):
    """The service model's instanceProfileNameType and pathType."""
    code, message = refused(iam.create_instance_profile, **params)
    assert code == "ValidationError"
    assert because in message


def test_every_fault_of_a_request_is_told(iam, refused):
    """CommonErrors: ValidationError counts its faults."""
    _code, message = refused(iam.add_role_to_instance_profile, InstanceProfileName="a b", RoleName="c d")
    assert message.startswith("2 validation errors detected: ")


def test_a_second_role_is_over_the_quota(iam, refused, trust, profile):
    """API_AddRoleToInstanceProfile: a profile holds one role; this quota cannot be raised."""
    iam.create_role(RoleName="other", AssumeRolePolicyDocument=trust)
    code, message = refused(iam.add_role_to_instance_profile, InstanceProfileName="web", RoleName="other")
    assert (code, message) == ("LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")


def test_a_role_that_is_not_in_it_cannot_be_taken_out(iam, refused, trust, profile):
    """API_RemoveRoleFromInstanceProfile: NoSuchEntity."""
    iam.create_role(RoleName="other", AssumeRolePolicyDocument=trust)
    code, _message = refused(iam.remove_role_from_instance_profile, InstanceProfileName="web", RoleName="other")
    assert code == "NoSuchEntity"


def test_one_with_a_role_in_it_is_not_deleted(iam, refused, profile):
    """API_DeleteInstanceProfile: DeleteConflict."""
    assert refused(iam.delete_instance_profile, InstanceProfileName="web")[0] == "DeleteConflict"


@pytest.mark.parametrize("operation", ["get_instance_profile", "delete_instance_profile", "list_instance_profile_tags"])
def test_one_that_is_not_there_is_told_by_name(iam, refused, operation):
    """API_GetInstanceProfile: NoSuchEntity."""
    assert refused(getattr(iam, operation), InstanceProfileName="web") == ("NoSuchEntity", "Instance Profile web cannot be found.")


def test_its_tags_are_listed(iam):
    """API_ListInstanceProfileTags: sorted by key."""
    iam.create_instance_profile(InstanceProfileName="web", Tags=[{"Key": "team", "Value": "a"}, {"Key": "app", "Value": "b"}])
    assert iam.list_instance_profile_tags(InstanceProfileName="web")["Tags"] == [{"Key": "app", "Value": "b"}, {"Key": "team", "Value": "a"}]


def test_a_list_of_them_comes_in_pages_by_path_and_without_tags(iam):
    """API_ListInstanceProfiles: MaxItems, Marker, PathPrefix; "this operation does not return tags"."""
    for number in range(5):
        iam.create_instance_profile(InstanceProfileName=f"web-{number}", Path="/app/" if number else "/", Tags=[{"Key": "a", "Value": "b"}])
    first = iam.list_instance_profiles(PathPrefix="/app/", MaxItems=3)
    rest = iam.list_instance_profiles(PathPrefix="/app/", MaxItems=3, Marker=first["Marker"])
    assert first["IsTruncated"] and not rest["IsTruncated"]
    assert [one["InstanceProfileName"] for one in first["InstanceProfiles"] + rest["InstanceProfiles"]] == ["web-1", "web-2", "web-3", "web-4"]
    assert not any("Tags" in one for one in first["InstanceProfiles"])


def test_the_profiles_of_a_role_are_listed(iam, profile):
    """API_ListInstanceProfilesForRole."""
    iam.create_instance_profile(InstanceProfileName="empty")
    assert [one["InstanceProfileName"] for one in iam.list_instance_profiles_for_role(RoleName="web")["InstanceProfiles"]] == ["web"]
