# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is taken for a secret, and in which forms."""

from __future__ import annotations

import base64
import json

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.secrets import is_secret, secrets


def test_user_data_is_a_secret_at_any_depth_plain_and_encoded():
    said = {"launch_template": {"user_data": "#!/bin/sh", "image_id": "ami-1"}, "more": [{"user_data": "second"}, {"user_data": "a"}]}
    assert set(secrets(said)) == {
        "#!/bin/sh",
        base64.b64encode(b"#!/bin/sh").decode(),
        "second",
        base64.b64encode(b"second").decode(),
    }


def test_a_text_of_several_lines_is_a_secret_as_a_message_would_quote_it_too():
    assert {'a "b"\nc', 'a \\"b\\"\\nc'} <= set(secrets({"user_data": 'a "b"\nc'}))


def test_all_that_stands_below_user_data_is_secret():
    said = {"launch_template": {"user_data": {"users": [{"name": "root", "password": "hunter", "id": 12345, "sudo": True}]}}}
    assert {"root", "hunter", "12345"} <= set(secrets(said)) and "True" not in set(secrets(said))


@pytest.mark.parametrize("text", ['{"name": "a", "user_data": "hunter"}', "name=a user_data=hunter", "name=a UserData='hunter'"])
def test_a_template_in_one_text_is_a_secret_as_a_whole(text):
    assert set(secrets({"launch_template": text})) == {text}


def test_a_template_in_one_text_that_tells_of_none_is_no_secret():
    assert set(secrets({"launch_template": '{"name": "a"}', "name": "user_data"})) == set()


def test_an_access_key_is_a_secret_unless_it_is_a_plain_word():
    assert "AKIAIOSFODNN7EXAMPLE" in set(secrets({"access_key": "AKIAIOSFODNN7EXAMPLE"}))
    assert set(secrets({"access_key": "sandbox"})) == set()


@pytest.mark.parametrize("word", ["access_key", "aws_security_token", "session_token", "aws_secret_access_key"])
def test_a_credential_is_a_secret_under_each_name_that_it_may_have_and_as_python_quotes_it(word):
    assert {"FwoGZXIvYXdzEPLANTED\n", "FwoGZXIvYXdzEPLANTED\\n"} <= set(secrets({word: "FwoGZXIvYXdzEPLANTED\n"}))


@pytest.mark.parametrize("said", [{"endpoint_url": "http://me:hunter22@proxy:3128"}, {"aws_config": {"proxies": {"https": "http://me:hunter22@proxy"}}}])
def test_a_password_in_a_url_is_a_secret(said):
    assert set(secrets(said)) == {"hunter22"}


@pytest.mark.parametrize("word", ["metadata_options", "description", "user_id", "data"])
def test_another_name_is_of_no_secret(word):
    assert not is_secret(word)


@pytest.mark.parametrize("word", ["user_data", "userdata", "UserData", "user-data", "user_data ", "user_dta", "usr_data", "users_data"])
def test_a_misspelt_name_is_of_a_secret_too(word):
    assert is_secret(word)


@pytest.mark.parametrize("option", ["application", "fleet_defaults"])
@pytest.mark.parametrize("template", [{"user_data": "hunter2hunter2"}, '{"user_data": "hunter2hunter2"}'], ids=["dict", "text"])
@pytest.mark.parametrize("is_text", [False, True])
def test_the_options_of_other_modules_inside_an_option_hold_secrets_too(option, template, is_text):
    value = {"name": "web", "launch_template": template}
    found = "\0".join(secrets({option: json.dumps(value) if is_text else value}))
    assert "hunter2hunter2" in found
