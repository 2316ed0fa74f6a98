# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWS spreads late is waited out where it is known to be there, and only as long as needed; where it is not, the task is refused at once.

No test waits: a pause moves the sandbox's clock on instead, which stands otherwise.
"""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import accumulate

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core import launch_parts
from ansible_collections.passrole.ec2.plugins.module_utils.core.apply import pauses
from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused, Denied, Refused, StoppedHalfway
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import one

from tests.support.contracts import asg_launch_with_profile, ec2_role, instance_profile
from tests.support.contracts.asg_launch_with_profile import GROUP, LAUNCHING, TEMPLATE
from tests.support.contracts.clients import Door

PATIENCE = 120
ROLE, PROFILE, LAUNCH = ec2_role.PROMISED, instance_profile.PROMISED, asg_launch_with_profile.PROMISED
CORE = {"managed_policies": [ec2_role.CORE], "inline_policies": {"read": ec2_role.READ}}
ARN = "arn:aws:iam::123456789012:instance-profile/web"
HOOK_ROLE = "arn:aws:iam::123456789012:role/web"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:hooks"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:hooks"
CONFIGURED = {**{word: GROUP[word] for word in GROUP if word != "launch_template"}, "launch_configuration": TEMPLATE}
MIXED = {"launch_template": {"overrides": [{"instance_type": "t3.micro"}]}}
OVERRIDDEN = {"launch_template": {"overrides": [{"launch_template_specification": {"launch_template_name": "spot"}}]}}
GROUPS = {
    "a template": GROUP,
    "a template that names the profile by its ARN": {**GROUP, "instance_profile": ARN},
    "a mixed policy": {**GROUP, "mixed_instances_policy": MIXED},
    "an override's own template": {**GROUP, "instance_profile": "old", "mixed_instances_policy": OVERRIDDEN},
    "a launch configuration": CONFIGURED,
}


class Run:
    """Tasks of one play, on an account whose time passes only in the tasks' pauses."""

    def __init__(self, account, aws=Aws):
        self.account, self.aws, self.pauses = account, aws, []
        account.advance(0)

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.account.advance(seconds)

    def task(self, promised, **said):
        """What a task returns, and what it warns of."""
        return one(promised.params(said), promised.make_plan, self.aws(Door(self.account)), dry=False, sleep=self.sleep)

    def identity(self, name="web", **said):
        """A role and its profile, as tasks that build on one another."""
        role = self.task(ROLE, name=name, **CORE, **said)[0]
        return role, self.task(PROFILE, name=name, role=name, builds_on=[role])[0]

    def launch(self, said, *builds_on):
        return self.task(LAUNCH, **said, builds_on=list(builds_on))


@pytest.fixture
def play(account):
    """An account with an older profile, and a template that carries the one to come."""
    run = Run(account)
    run.identity("old")
    template = {"ImageId": TEMPLATE["image_id"], "InstanceType": "t2.micro", "IamInstanceProfile": {"Name": "web"}}
    account.client("ec2").create_launch_template(LaunchTemplateName="spot", LaunchTemplateData=template)
    return run


def needed(delay):
    """The pauses that the back-off makes until so many seconds have passed."""
    given = list(pauses(PATIENCE))
    return given[: next(count for count, passed in enumerate([0, *accumulate(given)]) if passed >= delay)]


def refused(account, operation):
    return [call["error"] for call in account.calls() if call["operation"] == operation and call["error"]]


def writes(account, run):
    return [call["operation"] for call in account.calls(run) if call["mutates"]]


@pytest.mark.parametrize("delay", [0, 3, 15, 60])
@pytest.mark.parametrize("said", GROUPS.values(), ids=GROUPS)
def test_a_whole_chain_is_made_in_one_run_with_no_more_polls_than_its_backoff_has(account, play, said, delay):
    account.settings(profile_delay=delay)
    made = play.identity()
    told, warnings = play.launch(said, *made)
    assert play.pauses == needed(delay)
    assert [(one["times"], one["seconds"]) for one in told.get("waited", [])] == [(len(play.pauses), sum(play.pauses))] * bool(delay)
    operation = "CreateLaunchConfiguration" if said is CONFIGURED else "CreateAutoScalingGroup"
    assert refused(account, operation) == ["ValidationError"] * len(play.pauses)
    assert [one["lifecycle_state"] for one in told["auto_scaling_group"]["instances"]] == ["InService"]
    assert warnings == ()


@pytest.mark.parametrize("said", GROUPS.values(), ids=GROUPS)
def test_a_profile_whose_role_is_not_known_yet_is_waited_for(account, play, said):
    account.settings(profile_role_delay=15)
    told, _warnings = play.launch(said, *play.identity())
    assert play.pauses == needed(15)
    reason = "You are not authorized to perform this operation" if said is CONFIGURED else "has no associated IAM Roles"
    assert told["waited"][0]["reason"].endswith(f"{reason} (ValidationError)")


def test_a_group_that_moves_to_a_new_profile_waits_until_auto_scaling_knows_it(account, play):
    play.launch({**GROUP, "instance_profile": "old"})
    account.settings(profile_delay=15)
    told, _warnings = play.launch(GROUP, *play.identity())
    assert [one["step"] for one in told["waited"]] == ["update group web: LaunchTemplate"]
    assert play.pauses == needed(15)


def test_a_profile_that_no_earlier_task_spoke_of_is_waited_for_as_well_once_it_was_seen(account, play):
    account.settings(profile_delay=15)
    play.identity()
    play.launch(GROUP)
    assert play.pauses == needed(15)


def test_words_that_are_a_denials_too_are_waited_for_where_the_profile_is_young_whoever_made_it(account, play):
    account.settings(profile_role_delay=15)
    play.identity()
    play.launch(CONFIGURED)
    assert play.pauses == needed(15)


def test_words_that_are_a_denials_too_are_not_waited_for_where_the_profile_is_no_news(account, play, monkeypatch):
    monkeypatch.setattr(launch_parts, "YOUNG", timedelta(0))
    account.settings(profile_role_delay=15)
    play.identity()
    with pytest.raises(Denied, match="You are not authorized to perform this operation"):
        play.launch(CONFIGURED)
    assert play.pauses == []


def test_an_arn_that_a_check_could_only_foretell_is_no_mistake(account, play):
    said = hooked(role_arn="(known after apply)", notification_target_arn="(known after apply)")
    checked = one(LAUNCH.params({**said, "instance_profile": "old"}), LAUNCH.make_plan, Aws(Door(account)), dry=True)[0]
    assert checked["changed"]


def test_a_judgement_of_ec2_waits_for_no_profile(account, play):
    account.settings(profile_delay=15)
    made = play.identity()
    for builds_on in ((), made):
        said = {"instance_profile": "web", "launch_template": {**TEMPLATE, "name": f"web-{len(builds_on)}"}, "vet": True}
        assert play.launch(said, *builds_on)[0]["changed"]
    assert play.pauses == []


@pytest.mark.parametrize("builds_on", [True, False])
def test_a_new_role_is_waited_for_by_what_is_put_in_it_and_by_the_profile_it_is_put_in(account, play, builds_on):
    account.settings(role_delay=15)
    role = play.task(ROLE, name="web", **CORE, wait=not builds_on)[0]
    profile = play.task(PROFILE, name="web", role="web", builds_on=[role] * builds_on)[0]
    assert [one["reason"] for one in role["waited"]] == ["The role with name web cannot be found. (NoSuchEntity)"]
    assert profile["iam_instance_profile"]["roles"][0]["role_name"] == "web"
    assert play.pauses == needed(15)


def test_a_profile_waits_for_a_role_without_policies(account, play):
    account.settings(role_delay=15)
    role = play.task(ROLE, name="web", wait=False)[0]
    told = play.task(PROFILE, name="web", role="web", builds_on=[role])[0]
    assert [one["step"] for one in told["waited"]] == ["put role web in instance profile web"]
    assert play.pauses == needed(15)


def test_a_role_that_one_server_of_iam_showed_may_be_unknown_to_another(account, play):
    class Forgetful(Aws):
        """One of IAM's servers has not heard of the role."""

        def call(self, service, operation, **params):
            account.settings(role_delay=0 if operation.startswith(("get", "list")) else 15)
            return super().call(service, operation, **params)

    account.client("iam").create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(ec2_role.EC2))
    told = Run(account, Forgetful).task(ROLE, name="web", tags={"a": "b"}, max_session_duration=7200)[0]
    assert [one["step"] for one in told["waited"]] == ["change the longest session (7200 seconds) of role web"]


def test_ids_in_the_place_of_arns_are_waited_out(account, play):
    account.settings(arn_delay=15)
    role, profile = play.identity()
    shown = profile["iam_instance_profile"]
    assert role["iam_role"]["arn"] == shown["roles"][0]["arn"] == HOOK_ROLE
    assert shown["arn"] == ARN
    assert play.pauses == [*needed(15), *needed(15)]


def test_an_id_in_the_place_of_an_arn_misleads_no_unchanged_task(account, play):
    play.identity()
    account.settings(arn_delay=3600)
    play.launch({**GROUP, "instance_profile": ARN})
    assert play.pauses == []
    account.settings(arn_delay=15)
    role, profile = play.task(ROLE, name="web", **CORE)[0], play.task(PROFILE, name="web", role=HOOK_ROLE)[0]
    assert (role["changed"], profile["changed"]) == (False, False)
    assert (role["iam_role"]["arn"], profile["iam_instance_profile"]["arn"]) == (HOOK_ROLE, ARN)
    assert play.pauses == needed(15)


def hooked(**more):
    return {**GROUP, "lifecycle_hooks": [{**LAUNCHING, "notification_target_arn": TOPIC, "role_arn": HOOK_ROLE, **more}]}


def targets(account):
    account.client("sns").create_topic(Name="hooks")
    account.client("sqs").create_queue(QueueName="hooks")


@pytest.mark.parametrize("before", [None, GROUP], ids=["at creation", "later"])
@pytest.mark.parametrize("target", [TOPIC, QUEUE])
def test_a_hooks_new_role_is_waited_for(account, play, before, target):
    targets(account)
    made = play.identity()
    if before:
        play.launch(before, *made)
    account.settings(hook_delay=15)
    told, _warnings = play.launch({**hooked(notification_target_arn=target), "wait_for_instances": False}, *made)
    assert "Unable to publish test message to notification target" in told["waited"][0]["reason"]
    assert play.pauses == needed(15)


def specified(name):
    return {"launch_template": {"overrides": [{"launch_template_specification": {"launch_template_name": name}}]}}


NOT_THERE = {
    "a profile": ({**GROUP, "instance_profile": "wbe"}, "instance_profile: there is no instance profile wbe"),
    "a profile's ARN": ({**GROUP, "instance_profile": ARN.replace("/web", "/team/web")}, "there is no arn:.*/team/web; instance profile web is"),
    "a profile of a launch configuration": ({**CONFIGURED, "instance_profile": "wbe"}, "instance_profile: there is no instance profile wbe"),
    "a profile to judge": ({**GROUP, "instance_profile": "wbe", "vet": True}, "there is no instance profile wbe"),
    "a profile of an override": (
        {**GROUP, "mixed_instances_policy": specified("ghostly")},
        r"mixed_instances_policy\.launch_template\.overrides\[0\]\.launch_template_specification: there is no instance profile wbe",
    ),
    "a template of an override": ({**GROUP, "mixed_instances_policy": specified("wbe")}, r"overrides\[0\]\.launch_template_specification: .*wbe"),
    "a role in the profile": ({**GROUP, "instance_profile": "empty"}, "instance profile empty holds no role"),
    "a role in a launch configuration's profile": ({**CONFIGURED, "instance_profile": "empty"}, "instance profile empty holds no role"),
    "a role in an override's profile": (
        {**GROUP, "mixed_instances_policy": specified("roleless")},
        r"overrides\[0\]\.launch_template_specification: instance profile empty holds no role",
    ),
    "a hook's role": (hooked(role_arn=HOOK_ROLE + "s"), rf"lifecycle_hooks\[0\]\.role_arn: there is no role {HOOK_ROLE}s"),
    "a hook's topic": (hooked(notification_target_arn=TOPIC + "s"), rf"lifecycle_hooks\[0\]\.notification_target_arn: there is no {TOPIC}s"),
    "a hook's queue": (hooked(notification_target_arn=QUEUE + "s"), rf"lifecycle_hooks\[0\]\.notification_target_arn: there is no {QUEUE}s"),
    "a hook's role, by its name": (hooked(role_arn="web"), r"lifecycle_hooks\[0\]\.role_arn: must be a role's ARN .*, not web$"),
    "a hook's target, by its name": (hooked(notification_target_arn="hooks"), r"notification_target_arn: must be the ARN of a topic or a queue, .* not hooks$"),
    "a hook's topic, said in free form": (
        {**GROUP, "auto_scaling_group": {"lifecycle_hook_specification_list": hooked(notification_target_arn=TOPIC + "s")["lifecycle_hooks"]}},
        r"auto_scaling_group\.lifecycle_hook_specification_list\[0\]\.notification_target_arn: there is no",
    ),
}


@pytest.mark.parametrize("state", ["new", "there"])
@pytest.mark.parametrize(("said", "message"), NOT_THERE.values(), ids=NOT_THERE)
def test_what_is_not_there_is_refused_at_once_and_before_the_first_write(account, play, said, message, state):
    play.identity()
    targets(account)
    account.client("iam").create_instance_profile(InstanceProfileName="empty")
    for name, profile in (("ghostly", "wbe"), ("roleless", "empty")):
        account.client("ec2").create_launch_template(LaunchTemplateName=name, LaunchTemplateData={"IamInstanceProfile": {"Name": profile}})
    if state == "there" and "auto_scaling_group" not in said:
        play.launch({**GROUP, "instance_profile": "old"})
    account.run("refused")
    with pytest.raises(Refused, match=message):
        play.launch(said)
    assert play.pauses == []
    assert writes(account, "refused") == []


@pytest.mark.parametrize(
    ("promised", "said"),
    [(PROFILE, {"role": "wbe"}), (ROLE, {"managed_policies": ["wbe"]}), (ROLE, {"boundary": "arn:aws:iam::123456789012:policy/wbe"})],
    ids=["a role", "a policy", "a boundary"],
)
def test_what_is_not_there_in_iam_is_refused_at_once(account, play, promised, said):
    account.run("refused")
    with pytest.raises(Refused, match="there is no .*wbe"):
        play.task(promised, name="web", **said)
    assert play.pauses == []
    assert writes(account, "refused") == []


def test_a_topic_that_the_caller_may_not_look_for_is_left_to_aws(account, play):
    class Unseeing(Aws):
        def call(self, service, operation, **params):
            if service == "sns":
                raise CallRefused("AuthorizationError", "not authorized to perform: SNS:GetTopicAttributes")
            return super().call(service, operation, **params)

    targets(account)
    play.identity()
    assert Run(account, Unseeing).launch({**hooked(), "wait_for_instances": False})[0]["changed"]


def test_a_profile_that_is_deleted_meanwhile_ends_the_patience_and_the_error_says_how_long_it_was(account, play):
    class Undoing(Aws):
        """Somebody deletes the profile while the template is made."""

        def call(self, service, operation, **params):
            if operation == "create_launch_template":
                account.client("iam").remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web")
                account.client("iam").delete_instance_profile(InstanceProfileName="web")
            return super().call(service, operation, **params)

    made, run = play.identity(), Run(account, Undoing)
    with pytest.raises(StoppedHalfway, match=r"^Could not create group web .*Value \(web\).* \(ValidationError\), and still so after 120 seconds") as stopped:
        run.launch(GROUP, *made)
    assert sum(run.pauses) == PATIENCE
    told = stopped.value.as_result()
    assert told["done"] == ["create launch template web with instance profile web"]
    assert [(one["step"], one["times"], one["seconds"]) for one in told["waited"]] == [(told["not_done"][0], len(run.pauses), PATIENCE)]


UNWAITED = {**GROUP, "wait_for_instances": False}


def activities(account, run):
    return [call for call in account.calls(run) if call["operation"] == "DescribeScalingActivities"]


@pytest.mark.parametrize("said", [UNWAITED, {**CONFIGURED, "wait_for_instances": False}], ids=["a template", "a launch configuration"])
def test_a_group_whose_first_launches_fail_is_seen_through_though_its_instances_are_not_waited_for(account, play, said):
    account.settings(launch_delay=15)
    told, warnings = play.launch(said, *play.identity())
    (waited,) = told["waited"]
    assert waited["step"] == "see group web launch its first instance"
    assert waited["reason"].endswith("Invalid IAM Instance Profile name. Launching EC2 instance failed.")
    assert [one["lifecycle_state"] for one in told["auto_scaling_group"]["instances"]] == ["InService"]
    assert 15 <= sum(play.pauses) <= 30  # AWS's own next try is waited for too
    assert warnings == ()


def test_a_group_that_is_waited_for_tells_that_its_first_launches_failed(account, play):
    account.settings(launch_delay=15)
    told, _warnings = play.launch(GROUP, *play.identity())
    (waited,) = told["waited"]
    assert waited["step"] == "wait until group web has its capacity in service"
    assert "Invalid IAM Instance Profile name" in waited["reason"]


def test_a_first_launch_that_fails_for_another_reason_is_warned_of_and_not_waited_for(account, play):
    class Emptying(Aws):
        """Somebody deregisters the image just before the group launches."""

        def call(self, service, operation, **params):
            if operation == "describe_scaling_activities":
                account.client("autoscaling").set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=0)
                account.client("ec2").deregister_image(ImageId=TEMPLATE["image_id"])
                account.client("autoscaling").set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=1)
            answer = super().call(service, operation, **params)
            if operation == "describe_scaling_activities":
                answer["Activities"] = [one for one in answer["Activities"] if one["StatusCode"] == "Failed"]
            return answer

    run = Run(account, Emptying)
    said = {**UNWAITED, "min_size": 0, "desired_capacity": 1}
    warnings = run.launch(said, *play.identity())[1]
    assert [one.partition(": ")[0] for one in warnings] == ["group web goes on trying to launch its first instance"]
    assert "does not exist" in warnings[0]
    assert run.pauses == []


@pytest.mark.parametrize(
    "more", [{"min_size": 0}, {"suspend_processes": ["Launch"]}, {"wait_for_instances": True}], ids=["of no instance", "suspended", "waited for"]
)
def test_a_first_launch_is_looked_for_only_where_there_is_one_that_nothing_else_waits_for(account, play, more):
    made = play.identity()
    account.run("made")
    play.launch({**UNWAITED, **more}, *made)
    assert activities(account, "made") == []


def test_a_profile_that_is_no_news_costs_no_look_at_the_first_launch(account, play):
    play.identity()
    unchanged = play.identity()
    account.run("made")
    play.launch(UNWAITED, *unchanged)
    assert activities(account, "made") == []


def test_an_unchanged_chain_waits_for_nothing(account, play):
    play.launch(GROUP, *play.identity())
    account.settings(profile_delay=3600, role_delay=0, launch_delay=3600)
    account.run("again")
    told = play.launch(GROUP, *play.identity())[0]
    assert "waited" not in told
    assert play.pauses == []
    assert len(account.calls("again")) == 6 + 1  # an inline policy's document is one call more
