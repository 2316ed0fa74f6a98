# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""News that spread late: every caller hears of a new role or profile when its time has come, and is refused in AWS's words before."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

IMAGE = "ami-01e24be29428c15b2"
PROFILE = "arn:aws:iam::123456789012:instance-profile/web"
ROLE = "arn:aws:iam::123456789012:role/web"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:hooks"
ELSEWHERE = "arn:aws:sns:eu-west-2:123456789012:hooks"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:hooks"
GHOST = "Value (web) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"
GHOST_ARN = f"Value ({PROFILE}) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN"
ROLELESS = f'IAM Instance Profile "{PROFILE}" has no associated IAM Roles'
FORMED = "You must use a valid fully-formed launch template. "
NOT_FOUND = f"ResultDetail: {{ Code=InstanceIdentityProfileNotFound, Message=InstanceIdentityProfile not found for the key {PROFILE} }}"
NOT_AUTHORIZED = "You are not authorized to perform this operation"
UNABLE = "Unable to publish test message to notification target"
SIZES = {"MinSize": 0, "MaxSize": 1, "AvailabilityZones": ["eu-west-1a"]}
PLAIN = {"InstanceType": "t3.micro", "ImageId": IMAGE}


@pytest.fixture
def aws(account, trust):
    """The clients, with an instance that carries an older profile and a group that launches from it."""
    clients = SimpleNamespace(**{service: account.client(service) for service in ("iam", "ec2", "autoscaling", "sns", "sqs")}, trust=trust)
    make_profile(clients, "old")
    clients.instance = clients.ec2.run_instances(IamInstanceProfile={"Name": "old"}, **PLAIN, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    clients.bare = clients.ec2.run_instances(**PLAIN, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    for name, profile in (("old", {"Name": "old"}), ("web", {"Name": "web"}), ("arn", {"Arn": PROFILE})):
        clients.ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData={**PLAIN, "IamInstanceProfile": profile})
    clients.autoscaling.create_auto_scaling_group(AutoScalingGroupName="old", LaunchTemplate=version("old"), **SIZES)
    return clients


def make_profile(aws, name="web"):
    aws.iam.create_role(RoleName=name, AssumeRolePolicyDocument=aws.trust)
    aws.iam.create_instance_profile(InstanceProfileName=name)
    aws.iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)


def version(name):
    return {"LaunchTemplateName": name, "Version": "1"}


def mixed(*overrides):
    return {"LaunchTemplate": {"LaunchTemplateSpecification": version("old" if overrides else "web"), "Overrides": list(overrides)}}


def group(aws, **source):
    aws.autoscaling.create_auto_scaling_group(AutoScalingGroupName="web", **source, **SIZES)


def moved(aws, **source):
    aws.autoscaling.update_auto_scaling_group(AutoScalingGroupName="old", **source)


def configuration(aws):
    aws.autoscaling.create_launch_configuration(LaunchConfigurationName="web", IamInstanceProfile="web", **PLAIN)


def instance(aws, **more):
    aws.ec2.run_instances(IamInstanceProfile={"Name": "web"}, **PLAIN, MinCount=1, MaxCount=1, **more)


def associated(aws):
    aws.ec2.associate_iam_instance_profile(InstanceId=aws.bare, IamInstanceProfile={"Name": "web"})


def replaced(aws):
    told = aws.ec2.describe_iam_instance_profile_associations(Filters=[{"Name": "instance-id", "Values": [aws.instance]}])
    association = told["IamInstanceProfileAssociations"][0]["AssociationId"]
    aws.ec2.replace_iam_instance_profile_association(AssociationId=association, IamInstanceProfile={"Name": "web"})


LAUNCHES = {
    "a group": lambda aws: group(aws, LaunchTemplate=version("web")),
    "a mixed group": lambda aws: group(aws, MixedInstancesPolicy=mixed()),
    "a mixed group's override": lambda aws: group(aws, MixedInstancesPolicy=mixed({"LaunchTemplateSpecification": version("web")})),
    "a group's update": lambda aws: moved(aws, LaunchTemplate=version("web")),
    "a group's update to a mixed policy": lambda aws: moved(aws, MixedInstancesPolicy=mixed()),
}
BY_TEMPLATE = {name: (call, "ValidationError", FORMED + GHOST, FORMED + ROLELESS) for name, call in LAUNCHES.items()}
CONSUMERS = {
    **BY_TEMPLATE,
    "a group by ARN": (lambda aws: group(aws, LaunchTemplate=version("arn")), "ValidationError", FORMED + GHOST_ARN, FORMED + ROLELESS),
    "a launch configuration": (configuration, "ValidationError", "Invalid IamInstanceProfile: web", NOT_AUTHORIZED),
    "an instance": (instance, "InvalidParameterValue", GHOST, ROLELESS),
}


def said(refused, call, aws):
    return refused(lambda: call(aws))


@pytest.mark.parametrize(("call", "code", "unknown", "_roleless"), CONSUMERS.values(), ids=CONSUMERS)
def test_a_new_profile_is_unknown_to_every_launch_for_a_while(account, aws, refused, call, code, unknown, _roleless):
    """eksctl#8039, terraform#5217, #24910, #29866 and its launch_configuration.go: the words; IAM itself knows the profile."""
    account.settings(profile_delay=15)
    account.advance(0)
    make_profile(aws)
    assert aws.iam.get_instance_profile(InstanceProfileName="web")
    assert said(refused, call, aws) == (code, unknown)
    account.advance(14.9)
    assert said(refused, call, aws) == (code, unknown)
    account.advance(0.1)
    call(aws)


@pytest.mark.parametrize(("call", "code", "_unknown", "roleless"), CONSUMERS.values(), ids=CONSUMERS)
def test_a_new_profile_is_without_its_role_to_every_launch_for_a_while(account, aws, refused, call, code, _unknown, roleless):
    """terraform's ec2_instance.go and launch_configuration.go: has no associated IAM Roles, You are not authorized."""
    account.settings(profile_role_delay=15)
    account.advance(0)
    make_profile(aws)
    assert said(refused, call, aws) == (code, roleless)
    account.advance(15)
    call(aws)


@pytest.mark.parametrize(("delay", "message"), [("profile_delay", GHOST), ("profile_role_delay", ROLELESS)])
def test_a_dry_run_judges_as_the_launch_would(account, aws, refused, delay, message):
    """API_RunInstances: DryRun; only it tells when EC2 knows a profile."""
    account.settings(**{delay: 15})
    account.advance(0)
    make_profile(aws)
    assert refused(instance, aws=aws, DryRun=True) == ("InvalidParameterValue", message)
    account.advance(15)
    assert refused(instance, aws=aws, DryRun=True)[0] == "DryRunOperation"


@pytest.mark.parametrize("call", [associated, replaced])
def test_a_new_profile_is_unknown_to_associations_for_a_while(account, aws, refused, call):
    """terraform#12533, one-observability-demo#201: IncorrectState, InstanceIdentityProfileNotFound."""
    account.settings(profile_delay=15)
    account.advance(0)
    make_profile(aws)
    assert said(refused, call, aws) == ("IncorrectState", NOT_FOUND)
    account.advance(15)
    call(aws)


def test_a_profile_whose_role_left_for_good_has_other_words_in_a_launch_configuration(account, aws, refused):
    """Which words AWS has for it is from memory; that they are not those of what spreads late keeps the two apart."""
    account.settings(profile_role_delay=15)
    aws.iam.create_instance_profile(InstanceProfileName="web")
    assert said(refused, configuration, aws) == ("ValidationError", "Invalid IamInstanceProfile: web")


POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]})
ON_ROLES = {
    "get_role": {},
    "add_role_to_instance_profile": {"InstanceProfileName": "old"},
    "put_role_policy": {"PolicyName": "p", "PolicyDocument": POLICY},
    "attach_role_policy": {"PolicyArn": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"},
    "update_assume_role_policy": {"PolicyDocument": "trust"},
    "put_role_permissions_boundary": {"PermissionsBoundary": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"},
    "tag_role": {"Tags": [{"Key": "a", "Value": "b"}]},
    "update_role": {"MaxSessionDuration": 7200},
    "list_attached_role_policies": {},
    "list_role_policies": {},
    "list_instance_profiles_for_role": {},
}


@pytest.mark.parametrize("operation", ON_ROLES)
def test_a_new_role_is_unknown_to_iams_own_calls_for_a_while(account, aws, refused, trust, operation):
    """IAM user guide, troubleshoot_general_eventual-consistency; terraform's instance_profile.go: NoSuchEntity."""
    said = {**ON_ROLES[operation], "RoleName": "web", **({"PolicyDocument": trust} if operation == "update_assume_role_policy" else {})}
    aws.iam.remove_role_from_instance_profile(InstanceProfileName="old", RoleName="old")
    account.settings(role_delay=15)
    account.advance(0)
    aws.iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust)
    call = getattr(aws.iam, operation)
    assert refused(call, **said) == ("NoSuchEntity", "The role with name web cannot be found.")
    assert refused(aws.iam.create_role, RoleName="web", AssumeRolePolicyDocument=trust)[0] == "EntityAlreadyExists"
    account.advance(15)
    call(**said)


def test_early_reads_show_ids_in_the_place_of_arns(account, aws):
    """terraform's instance_profile.go waits until the ARN parses; the answers to the creations are right at once."""
    account.settings(arn_delay=15)
    account.advance(0)
    role = aws.iam.create_role(RoleName="web", AssumeRolePolicyDocument=aws.trust)["Role"]
    made = aws.iam.create_instance_profile(InstanceProfileName="web")["InstanceProfile"]
    aws.iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")

    def shown():
        profile = aws.iam.get_instance_profile(InstanceProfileName="web")["InstanceProfile"]
        return profile["Arn"], profile["Roles"][0]["Arn"], aws.iam.get_role(RoleName="web")["Role"]["Arn"]

    assert (role["Arn"], made["Arn"]) == (ROLE, PROFILE)
    assert shown() == (made["InstanceProfileId"], role["RoleId"], role["RoleId"])
    account.advance(15)
    assert shown() == (PROFILE, ROLE, ROLE)


def hook(target=TOPIC, role=ROLE):
    return {"LifecycleHookName": "h", "LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING", "NotificationTargetARN": target, "RoleARN": role}


def put_hook(aws, **more):
    aws.autoscaling.put_lifecycle_hook(AutoScalingGroupName="old", **{**hook(), **more})


def group_with_hook(aws, **more):
    group(aws, LaunchTemplate=version("old"), LifecycleHookSpecificationList=[{**hook(), **more}])


def targets(aws):
    aws.sns.create_topic(Name="hooks")
    aws.sqs.create_queue(QueueName="hooks")


@pytest.mark.parametrize("call", [put_hook, group_with_hook])
@pytest.mark.parametrize("target", [TOPIC, QUEUE])
def test_a_hooks_new_role_cannot_publish_for_a_while(account, aws, refused, call, target):
    """terraform's group.go: Unable to publish test message to notification target. The rest of the sentence is from memory."""
    targets(aws)
    account.settings(hook_delay=15)
    account.advance(0)
    aws.iam.create_role(RoleName="web", AssumeRolePolicyDocument=aws.trust)
    code, message = refused(call, aws=aws, NotificationTargetARN=target)
    assert (code, message.startswith(UNABLE)) == ("ValidationError", True)
    assert [one["AutoScalingGroupName"] for one in aws.autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]] == ["old"]
    account.advance(15)
    call(aws, NotificationTargetARN=target)


@pytest.mark.parametrize(
    "wrong",
    [{"NotificationTargetARN": TOPIC + "s"}, {"NotificationTargetARN": QUEUE + "s"}, {"NotificationTargetARN": ELSEWHERE}, {"RoleARN": ROLE + "s"}],
)
def test_a_hooks_target_or_role_that_is_not_there_is_refused_in_the_same_words(account, aws, refused, wrong):
    """badmintoncryer/cdk-preflight, pf-asg-lh-target-region-match: measured, for another region; that the words are the same is from memory."""
    targets(aws)
    account.client("sns", "eu-west-2").create_topic(Name="hooks")
    aws.iam.create_role(RoleName="web", AssumeRolePolicyDocument=aws.trust)
    assert refused(put_hook, aws=aws, **wrong)[1].startswith(UNABLE)
    assert aws.autoscaling.describe_lifecycle_hooks(AutoScalingGroupName="old")["LifecycleHooks"] == []


def test_a_change_of_a_hook_that_leaves_its_target_alone_sends_no_message(aws):
    """API_PutLifecycleHook: only what is given changes."""
    targets(aws)
    aws.iam.create_role(RoleName="web", AssumeRolePolicyDocument=aws.trust)
    put_hook(aws)
    aws.sns.delete_topic(TopicArn=TOPIC)
    aws.autoscaling.put_lifecycle_hook(AutoScalingGroupName="old", LifecycleHookName="h", HeartbeatTimeout=60)


@pytest.mark.parametrize("source", ["LaunchTemplate", "LaunchConfigurationName"])
def test_launches_of_a_group_that_was_made_may_fail_for_a_while_and_aws_tries_again(account, aws, source):
    """terraform#29866: the group stands, its activities say why it has no instance, and AWS retries by itself."""
    account.settings(launch_delay=15)
    account.advance(0)
    make_profile(aws)
    configuration(aws)
    group(aws, **{source: version("web") if source == "LaunchTemplate" else "web"})
    aws.autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=1)

    def seen():
        activities = aws.autoscaling.describe_scaling_activities(AutoScalingGroupName="web")["Activities"]
        instances = aws.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=["web"])["AutoScalingGroups"][0]["Instances"]
        return [one["StatusCode"] for one in activities], len(instances), activities[0].get("StatusMessage")

    assert seen() == (["Failed"], 0, f"{GHOST}. Launching EC2 instance failed.")
    account.advance(9.9)
    assert seen()[0] == ["Failed"]
    account.advance(0.1)
    assert seen()[0] == ["Failed", "Failed"]
    account.advance(10)
    assert seen() == (["Successful", "Failed", "Failed"], 1, None)
