# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The closing table says what instances really carry, by the profile's id, and fails when it is not what was declared."""

from __future__ import annotations

from playbooks.files.what_is_there import Group, Instance, Profile, main, stray, told

WEB = Profile("AIPAWEB", "web", "web-server")
OTHER = Profile("AIPAOTHER", "other", "nothing")
KNOWN = [WEB, OTHER]


def group(*instances: Instance, profile: str = "web") -> Group:
    return Group("web", "web-template", "3", profile, instances)


def lines(*groups: Group) -> list[list[str]]:
    return [line.split() for line in told(groups, KNOWN).splitlines()[1:]]


def test_a_group_is_named_once_and_its_instances_each_have_a_line():
    assert lines(group(Instance("i-1", "AIPAWEB"), Instance("i-2", "AIPAWEB"))) == [
        ["web", "web-template", "3", "web", "web-server", "i-1", "web"],
        ["i-2", "web"],
    ]


def test_the_columns_stand_below_their_headings():
    heading, first, second = told([group(Instance("i-1", "AIPAWEB"), Instance("i-2", "AIPAWEB"))], KNOWN).splitlines()
    assert heading.index("INSTANCE") == first.index("i-1") == second.index("i-2")
    assert heading.index("CARRIES") == first.rindex("web") == second.index("web")


def test_a_group_with_nothing_running_says_so():
    assert lines(group()) == [["web", "web-template", "3", "web", "web-server", "none"]]


def test_a_profile_without_a_role_and_an_instance_without_a_profile_have_nothing():
    assert lines(group(Instance("i-1", None), profile="other")) == [["web", "web-template", "3", "other", "nothing", "i-1", "nothing"]]


def test_an_instance_that_carries_what_its_version_says_is_no_stray():
    assert list(stray([group(Instance("i-1", "AIPAWEB"))], KNOWN)) == []


def test_an_instance_that_carries_another_profile_is_a_stray():
    assert list(stray([group(Instance("i-1", "AIPAOTHER"))], KNOWN)) == ["i-1 of group web carries other, not web"]


def test_an_instance_that_carries_nothing_is_a_stray():
    assert list(stray([group(Instance("i-1", None))], KNOWN)) == ["i-1 of group web carries nothing, not web"]


def test_an_instance_with_the_profile_that_had_the_name_before_is_a_stray():
    assert list(stray([group(Instance("i-1", "AIPAGONE"))], KNOWN)) == ["i-1 of group web carries AIPAGONE, not web"]


def make_profile(iam) -> None:
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web-server")


def delete_profile(iam) -> None:
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web-server")
    iam.delete_instance_profile(InstanceProfileName="web")


def launch(account) -> None:
    """A role, its profile, a template that carries it, and a group of two instances."""
    trust = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
    account.client("iam").create_role(RoleName="web-server", AssumeRolePolicyDocument=trust)
    make_profile(account.client("iam"))
    words = {"ImageId": "ami-01e24be29428c15b2", "InstanceType": "t2.micro", "IamInstanceProfile": {"Name": "web"}}
    account.client("ec2").create_launch_template(LaunchTemplateName="web-template", LaunchTemplateData=words)
    account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchTemplate={"LaunchTemplateName": "web-template", "Version": "1"},
        MinSize=2,
        MaxSize=2,
        AvailabilityZones=["eu-west-1a"],
    )


def test_it_reads_the_whole_chain_back_through_the_api(account, capsys):
    launch(account)
    assert main(["--endpoint-url", account.url]) == 0
    heading, first, second = (line.split() for line in capsys.readouterr().out.splitlines())
    assert first[:5] == ["web", "web-template", "1", "web", "web-server"]
    assert [first[-1], second[-1]] == ["web", "web"]


def test_it_fails_when_the_profile_was_made_anew_behind_the_instances(account, capsys):
    launch(account)
    delete_profile(account.client("iam"))
    make_profile(account.client("iam"))
    assert main(["--endpoint-url", account.url]) == 1
    assert "of group web carries AIPA" in capsys.readouterr().out


def test_an_empty_account_has_no_table(account, capsys):
    assert main(["--endpoint-url", account.url, "--region", "eu-north-1"]) == 0
    assert capsys.readouterr().out == "There is no Auto Scaling group in eu-north-1.\n"


def test_it_only_reads(account):
    launch(account)
    account.run("look")
    main(["--endpoint-url", account.url])
    assert not [call for call in account.calls("look") if call["mutates"]]
