# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The group's module as a whole: how a change reaches the instances that run, by a clock that pauses alone move on."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError, Refused, StoppedHalfway
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import one

from tests.support.contracts.asg_launch_with_profile import IMAGE, PROMISED
from tests.support.contracts.clients import Cut, Door, Killed

WEB = {"AutoScalingGroupName": "web"}
SMALL = {"image_id": IMAGE, "instance_type": "t2.micro"}
LARGE = {"image_id": IMAGE, "instance_type": "t3.micro"}
GROUP = {"name": "web", "instance_profile": "web", "launch_template": SMALL, "min_size": 4, "max_size": 5, "availability_zones": ["eu-west-1a"]}
CONFIGURED = {**GROUP, "launch_template": {}, "launch_configuration": SMALL}
ALARM = {
    "MetricName": "errors",
    "Namespace": "web",
    "Period": 60,
    "Statistic": "Sum",
    "Threshold": 1,
    "EvaluationPeriods": 1,
    "ComparisonOperator": "GreaterThanThreshold",
}


def refresh(**said):
    """A rollout by replacement, each instance with ten seconds to warm up."""
    preferences = {"instance_warmup": 10, **said.pop("preferences", {})}
    return {"strategy": "refresh", "preferences": preferences, **said}


def associate(**said):
    return {"strategy": "associate", **said}


@pytest.fixture
def web(account):
    """A group of four instances, all as they are declared."""
    PROMISED.stage(account)
    account.advance(0)
    run(account)
    return account


@pytest.fixture
def autoscaling(web):
    return web.client("autoscaling")


def params(said):
    return PROMISED.params({**GROUP, **said})


def run(account, door=None, dry=False, **said):
    """What the task returns; the time that it waits passes in the sandbox."""
    return one(params(said), PROMISED.make_plan, door or Aws(Door(account), sleep=account.advance), dry=dry, sleep=account.advance)[0]


def warnings(account, **said):
    return one(params(said), PROMISED.make_plan, Aws(Door(account)), dry=True)[1]


def fails(account, **said):
    with pytest.raises(PassroleError) as stopped:
        run(account, **said)
    return stopped.value


def seen(account):
    return account.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=["web"])["AutoScalingGroups"][0]


def versions(account):
    return sorted(one["LaunchTemplate"]["Version"] for one in seen(account)["Instances"])


def ids(account):
    return sorted(one["InstanceId"] for one in seen(account)["Instances"])


def carried(account):
    answer = account.client("ec2").describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"]
    return {one["InstanceId"]: one["IamInstanceProfile"]["Arn"].rpartition("/")[2] for one in answer}


def newest(account):
    answer = account.client("ec2").describe_launch_templates(LaunchTemplateNames=["web"])
    return answer["LaunchTemplates"][0]["LatestVersionNumber"]


def latest_refresh(account):
    return account.client("autoscaling").describe_instance_refreshes(**WEB)["InstanceRefreshes"][0]


def swap(account, instance, profile):
    ec2 = account.client("ec2")
    [found] = ec2.describe_iam_instance_profile_associations(Filters=[{"Name": "instance-id", "Values": [instance]}])["IamInstanceProfileAssociations"]
    ec2.replace_iam_instance_profile_association(AssociationId=found["AssociationId"], IamInstanceProfile={"Name": profile})


class TestNothingAsked:
    def test_running_instances_stay_and_are_told_with_what_differs(self, web):
        before = ids(web)
        told = run(web, launch_template=LARGE)["rollout"]
        assert ids(web) == before
        assert [one["instance_id"] for one in told["behind"]] == [one["InstanceId"] for one in seen(web)["Instances"]]
        assert told["behind"][0] == {**told["behind"][0], "launched_from": "version 1", "instance_profile": "web", "differs": ["instance_type"]}

    def test_an_older_version_with_the_same_data_is_not_behind(self, web):
        run(web, launch_template=LARGE)
        assert run(web)["rollout"]["behind"] == []
        assert versions(web) == ["1"] * 4 and seen(web)["LaunchTemplate"]["Version"] == "3"

    def test_an_instance_that_carries_another_profile_is_told_where_a_rollout_is_declared(self, web):
        swap(web, ids(web)[0], "other")
        assert run(web)["rollout"]["behind"] == []
        [told] = run(web, rollout={"strategy": "none"})["rollout"]["behind"]
        assert (told["instance_profile"], told["differs"]) == ("other", ["iam_instance_profile"])

    def test_a_version_that_is_gone_is_one_that_differs_in_nobody_knows_what(self, web):
        run(web, launch_template=LARGE)
        run(web, launch_template={**LARGE, "key_name": "web"} if web.client("ec2").create_key_pair(KeyName="web") else None)
        web.client("ec2").delete_launch_template_versions(LaunchTemplateName="web", Versions=["1"])
        told = run(web, launch_template={**LARGE, "key_name": "web"})["rollout"]["behind"]
        assert {tuple(one["differs"]) for one in told} == {("launch_template",)}


class TestAssociate:
    def test_running_instances_get_the_profile_and_none_is_replaced(self, web):
        before = ids(web)
        told = run(web, instance_profile="other", rollout=associate(verify=True, batch_size=3))
        assert ids(web) == before and set(carried(web).values()) == {"other"}
        assert [len(batch) for batch in told["rollout"]["associated"]] == [3, 1]
        assert not run(web, instance_profile="other", rollout=associate())["changed"]

    def test_the_next_batch_begins_when_the_one_before_carries_the_profile(self, web):
        web.settings(association_delay=30)
        web.run("in batches")
        told = run(web, instance_profile="other", rollout=associate(batch_size=2))
        calls = [call["operation"] for call in web.calls("in batches")]
        first, second = (index for index, name in enumerate(calls) if name == "ReplaceIamInstanceProfileAssociation" and calls[index - 1] != name)
        assert "DescribeIamInstanceProfileAssociations" in calls[first:second]
        assert "is associating" in told["waited"][0]["reason"]

    def test_who_makes_some_batches_only_leaves_the_others_for_later(self, web):
        told = run(web, instance_profile="other", rollout=associate(batch_size=1, max_batches=1))["rollout"]
        assert (len(told["associated"]), len(told["behind"])) == (1, 3)
        assert list(carried(web).values()).count("other") == 1
        assert len(run(web, instance_profile="other", rollout=associate())["rollout"]["associated"][0]) == 3

    def test_where_more_differs_it_is_refused_before_the_template_is_touched(self, web):
        refusal = fails(web, instance_profile="other", launch_template=LARGE, rollout=associate())
        assert isinstance(refusal, Refused) and "in iam_instance_profile, instance_type" in str(refusal)
        assert newest(web) == 1

    def test_where_more_differs_instances_are_replaced_if_that_is_asked(self, web):
        run(web, instance_profile="other", launch_template=LARGE, rollout=associate(when_more_differs="refresh", preferences={"instance_warmup": 0}))
        assert versions(web) == ["2"] * 4 and {one for name, one in carried(web).items() if name in ids(web)} == {"other"}

    def test_a_stopped_instance_of_a_warm_pool_is_rid_of_its_profile_first(self, web, autoscaling):
        autoscaling.put_warm_pool(**WEB)
        told = run(web, instance_profile="other", rollout=associate(verify=True))
        assert any(step.startswith("take instance profile web from i-") for step in told["plan"])
        assert len(carried(web)) == 5 and set(carried(web).values()) == {"other"}

    def test_an_instance_without_a_profile_is_given_one(self, web):
        ec2 = web.client("ec2")
        ec2.disassociate_iam_instance_profile(
            AssociationId=ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"][0]["AssociationId"]
        )
        assert [step.partition(" i-")[0] for step in run(web, rollout=associate())["plan"]] == ["give"]
        assert len(carried(web)) == 4

    def test_a_profile_that_was_deleted_and_made_again_is_another_one(self, web):
        iam = web.client("iam")
        iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web")
        iam.delete_instance_profile(InstanceProfileName="web")
        iam.create_instance_profile(InstanceProfileName="web")
        iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
        told = run(web, rollout=associate(verify=True))
        assert [step.partition(" of i-")[0] for step in told["plan"]] == ["replace the deleted instance profile web"] * 4
        assert not run(web, rollout=associate())["changed"]

    def test_a_user_data_change_alone_may_be_left_to_new_instances(self, web):
        said = {**SMALL, "user_data": "#!/bin/sh\n"}
        told = run(web, instance_profile="other", launch_template=said, rollout=associate(ignore=["user_data"]))
        assert len(told["rollout"]["associated"][0]) == 4
        assert [
            one["differs"]
            for one in run(web, instance_profile="other", launch_template=said, rollout=associate(ignore=["user_data"]))["rollout"]["behind"]
        ] == [["user_data"]] * 4


class TestRefresh:
    def test_the_group_is_given_its_new_version_by_aws_and_only_in_the_end(self, web):
        told = run(web, launch_template=LARGE, rollout=refresh(verify=True))
        assert told["plan"][:2] == ["add a version to launch template web: InstanceType", "make that version the default of launch template web"]
        assert len(told["plan"]) == 3 and told["plan"][2].startswith("start an instance refresh of group web to the new version: i-")
        assert (versions(web), seen(web)["LaunchTemplate"]["Version"]) == (["2"] * 4, "2")
        assert (told["rollout"]["instance_refresh"]["status"], told["auto_scaling_group"]["launch_template"]["version"]) == ("Successful", "2")
        assert not run(web, launch_template=LARGE, rollout=refresh())["changed"]

    def test_its_safe_preferences_are_launch_before_terminate_skip_matching_and_auto_rollback(self, web):
        run(web, launch_template=LARGE, rollout=refresh())
        sent = latest_refresh(web)["Preferences"]
        assert {name: sent[name] for name in ("MinHealthyPercentage", "MaxHealthyPercentage", "SkipMatching", "AutoRollback")} == {
            "MinHealthyPercentage": 100, "MaxHealthyPercentage": 110, "SkipMatching": True, "AutoRollback": True
        }  # fmt: skip

    def test_a_group_with_a_maintenance_policy_keeps_to_it(self, web):
        policy = {"instance_maintenance_policy": {"min_healthy_percentage": 50, "max_healthy_percentage": 100}}
        told = run(web, launch_template=LARGE, auto_scaling_group=policy, rollout=refresh())
        assert latest_refresh(web)["Preferences"]["MinHealthyPercentage"] == 50
        assert [len(batch) for batch in told["rollout"]["replaced"]] == [2, 2]

    def test_a_check_tells_who_is_replaced_in_which_batches_and_changes_nothing(self, web):
        told = run(web, dry=True, launch_template=LARGE, rollout=refresh(preferences={"min_healthy_percentage": 50}))["rollout"]
        assert [len(batch) for batch in told["replaced"]] == [2, 2]
        assert sorted(instance for batch in told["replaced"] for instance in batch) == ids(web)
        assert (newest(web), web.client("autoscaling").describe_instance_refreshes(**WEB)["InstanceRefreshes"]) == (1, [])

    def test_who_is_behind_alone_is_replaced(self, web, autoscaling):
        run(web, launch_template=LARGE)
        autoscaling.terminate_instance_in_auto_scaling_group(InstanceId=ids(web)[0], ShouldDecrementDesiredCapacity=False)
        [new] = [one["InstanceId"] for one in seen(web)["Instances"] if one["LaunchTemplate"]["Version"] == "2"]
        told = run(web, launch_template=LARGE, rollout=refresh())
        assert len(told["rollout"]["replaced"]) == 3 and new in ids(web)

    def test_where_no_instance_is_behind_the_group_just_moves(self, web):
        run(web, launch_template=LARGE)
        assert run(web, rollout=refresh())["plan"][-1] == "update group web: LaunchTemplate"

    def test_one_that_only_carries_another_profile_is_given_its_own_in_place(self, web):
        swap(web, ids(web)[0], "other")
        told = run(web, rollout=refresh(verify=True))
        assert told["plan"] == [f"replace instance profile other of {ids(web)[0]} by web"]
        assert set(carried(web).values()) == {"web"}

    def test_warm_instances_are_replaced_too(self, web, autoscaling):
        autoscaling.put_warm_pool(**WEB)
        told = run(web, launch_template=LARGE, rollout=refresh(verify=True))
        assert len([one for batch in told["rollout"]["replaced"] for one in batch]) == 5
        assert {one["LaunchTemplate"]["Version"] for one in autoscaling.describe_warm_pool(**WEB)["Instances"]} == {"2"}

    def test_a_change_that_is_ignored_replaces_nobody(self, web):
        tagged = {**SMALL, "tag_specifications": [{"resource_type": "instance", "tags": {"a": "b"}}]}
        told = run(web, launch_template=tagged, rollout=refresh(ignore=["tag_specifications", "user_data"]))
        assert told["plan"][-1] == "update group web: LaunchTemplate"
        assert {tuple(one["differs"]) for one in told["rollout"]["behind"]} == {("tag_specifications",)}

    def test_who_does_not_wait_gets_the_id_and_the_next_run_joins(self, web):
        started = run(web, launch_template=LARGE, rollout=refresh(wait=False))
        assert started["rollout"]["instance_refresh"] == {"instance_refresh_id": latest_refresh(web)["InstanceRefreshId"]}
        joined = run(web, launch_template=LARGE, rollout=refresh(verify=True))
        assert (joined["changed"], joined["rollout"]["joined"]) == (False, latest_refresh(web)["InstanceRefreshId"])
        assert (versions(web), latest_refresh(web)["Status"]) == (["2"] * 4, "Successful")

    def test_a_checkpoint_may_end_the_wait_and_a_later_run_sees_the_rest_through(self, web):
        pauses = {"checkpoint_percentages": [50, 100], "checkpoint_delay": 600}
        told = run(web, launch_template=LARGE, rollout=refresh(wait_for="checkpoint", preferences=pauses))
        assert told["rollout"]["instance_refresh"]["percentage_complete"] == 50
        assert versions(web) == ["1", "1", "2", "2"]
        assert run(web, launch_template=LARGE, rollout=refresh(preferences=pauses))["rollout"]["instance_refresh"]["status"] == "Successful"

    def test_who_waits_in_vain_is_told_how_far_it_came_and_aws_goes_on(self, web):
        stopped = fails(web, launch_template=LARGE, rollout=refresh(wait_timeout=15))
        assert "not so after 15 seconds: it is InProgress, 25 %, 3 to go" in str(stopped)
        assert latest_refresh(web)["Status"] == "InProgress"

    @pytest.mark.parametrize("killed_after", [1, 2, 3])
    def test_a_run_that_was_killed_is_finished_by_the_next(self, killed_after, web):
        with pytest.raises(Killed):
            run(web, door=Cut(Door(web), killed_after), launch_template=LARGE, rollout=refresh())if killed_after < 3 else killed_while_waiting(web)
        run(web, launch_template=LARGE, rollout=refresh(verify=True))
        assert (newest(web), versions(web), seen(web)["LaunchTemplate"]["Version"]) == (2, ["2"] * 4, "2")
        assert len(web.client("autoscaling").describe_instance_refreshes(**WEB)["InstanceRefreshes"]) == 1

    def test_versions_go_with_the_instances_that_were_launched_from_them(self, web):
        kept = {**LARGE, "keep_versions": 1}
        check = run(web, dry=True, launch_template=kept, rollout=refresh())["plan"]
        assert run(web, launch_template=kept, rollout=refresh())["plan"] == check and check[-1] == "delete version 1 of launch template web"
        assert not run(web, launch_template=kept, rollout=refresh())["changed"]

    def test_the_version_to_go_back_to_stays_till_the_group_has_left_it(self, web, autoscaling):
        run(web, launch_template=LARGE)
        autoscaling.update_auto_scaling_group(**WEB, DesiredCapacity=4, LaunchTemplate={"LaunchTemplateName": "web", "Version": "2"})
        third = {**SMALL, "instance_type": "t3.small", "keep_versions": 1}
        assert "delete version 2 of launch template web" not in run(web, launch_template=third, rollout=refresh(wait=False))["plan"]

    def test_a_mixed_group_is_given_its_policy(self, web):
        policy = {"instance_types": ["t3.micro", "t3a.micro"]}
        run(web, mixed_instances_policy=policy)
        run(
            web,
            launch_template={**SMALL, "key_name": "web"} if web.client("ec2").create_key_pair(KeyName="web") else None,
            mixed_instances_policy=policy,
            rollout=refresh(),
        )
        assert latest_refresh(web)["DesiredConfiguration"]["MixedInstancesPolicy"]["LaunchTemplate"]["LaunchTemplateSpecification"]["Version"] == "2"
        assert versions(web) == ["2"] * 4


def killed_while_waiting(account):
    """Killed in the wait, once the refresh is on its way."""

    def die(_seconds):
        raise Killed

    one(params({"launch_template": LARGE, "rollout": refresh()}), PROMISED.make_plan, Aws(Door(account)), dry=False, sleep=die)


class TestWhatAwsCannotDo:
    def test_a_launch_configuration_moves_the_group_first_and_has_no_way_back(self, account):
        PROMISED.stage(account)
        account.advance(0)
        run(account, **CONFIGURED)
        said = {**CONFIGURED, "launch_configuration": LARGE, "rollout": refresh(verify=True)}
        assert warnings(account, **said) == ("rollout: a failed rollout is not rolled back, as it takes no launch configuration as a desired configuration",)
        told = run(account, **said)
        assert [step.partition(":")[0] for step in told["plan"][1:3]] == [
            "update group web",
            f"start an instance refresh of group web to {told['launch_configuration']['launch_configuration_name']}",
        ]
        assert "DesiredConfiguration" not in latest_refresh(account)
        assert not run(account, **said)["changed"]

    def test_profiles_of_instances_of_a_launch_configuration_are_swapped_too(self, account):
        PROMISED.stage(account)
        run(account, **CONFIGURED)
        run(account, **{**CONFIGURED, "instance_profile": "other", "rollout": associate(verify=True)})
        assert set(carried(account).values()) == {"other"}

    def test_requirements_of_types_have_no_desired_configuration(self, web):
        requirements = {"launch_template": {"overrides": [{"instance_requirements": {"v_cpu_count": {"min": 1}, "memory_mi_b": {"min": 512}}}]}}
        run(web, mixed_instances_policy=requirements)
        run(web, launch_template={**SMALL, "ebs_optimized": True}, mixed_instances_policy=requirements, rollout=refresh(verify=True))
        assert "DesiredConfiguration" not in latest_refresh(web) and versions(web) == ["2"] * 4

    @pytest.mark.parametrize(
        ("said", "why"),
        [({"version": "$Latest"}, "a version named \\$Latest"), ({"image_id": "resolve:ssm:/golden/web"}, "a Systems Manager parameter")],
    )
    def test_what_could_not_be_rolled_back_is_a_warning_or_refused_where_it_is_asked_for(self, said, why, web):
        template = {**LARGE, **said}
        [warned] = warnings(web, launch_template=template, rollout=refresh())
        assert pytest.raises(Refused, run, web, launch_template=template, rollout=refresh(preferences={"auto_rollback": True})).match(why)
        assert warned.startswith("rollout: a failed rollout is not rolled back, as ")

    @pytest.mark.parametrize(
        ("enter", "option", "choice"),
        [("standby", "standby_instances", "Ignore"), ("protection", "scale_in_protected_instances", "Refresh")],
    )
    def test_what_would_hold_it_up_for_an_hour_must_be_decided_first(self, enter, option, choice, web, autoscaling):
        held = ids(web)[0]
        if enter == "standby":
            autoscaling.enter_standby(InstanceIds=[held], ShouldDecrementDesiredCapacity=False, **WEB)
        else:
            autoscaling.set_instance_protection(InstanceIds=[held], ProtectedFromScaleIn=True, **WEB)
        refusal = fails(web, launch_template=LARGE, rollout=refresh())
        assert str(refusal).startswith(f"rollout.preferences.{option}: {held} is ") and newest(web) == 1
        told = run(web, launch_template=LARGE, rollout=refresh(preferences={option: choice}))["rollout"]
        assert (held in ids(web)) == (choice == "Ignore")
        assert [one["instance_id"] for one in told["behind"]] == ([held] if choice == "Ignore" else [])


class TestAnotherRolloutUnderWay:
    @pytest.fixture
    def elsewhere(self, web):
        """The group is being rolled out to a third type, at a pause halfway."""
        data = {"ImageId": IMAGE, "InstanceType": "t3.small", "IamInstanceProfile": {"Name": "web"}}
        web.client("ec2").create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData=data)
        desired = {"LaunchTemplate": {"LaunchTemplateName": "web", "Version": "2"}}
        said = {"CheckpointPercentages": [50, 100], "CheckpointDelay": 600, "InstanceWarmup": 0, "MinHealthyPercentage": 50}
        return web.client("autoscaling").start_instance_refresh(DesiredConfiguration=desired, Preferences=said, **WEB)["InstanceRefreshId"]

    @pytest.mark.parametrize("rollout", [refresh(), associate(when_more_differs="refresh"), None])
    def test_it_is_refused_before_the_template_is_touched(self, rollout, web, elsewhere):
        refusal = fails(web, launch_template=LARGE, **({"rollout": rollout} if rollout else {}))
        assert isinstance(refusal, Refused) and f"instance refresh {elsewhere} (InProgress, 50 %)" in str(refusal)
        assert newest(web) == 2

    def test_what_moves_nothing_is_done_beside_it(self, web, elsewhere):
        said = {"image_id": IMAGE, "instance_type": "t3.small", "metadata_options": {}, "default_version": 1, "version": "1"}
        run(web, launch_template=said)
        assert run(web, launch_template=said, default_cooldown=60)["plan"] == ["update group web: DefaultCooldown"]

    def test_it_is_cancelled_or_waited_for_as_told(self, web, elsewhere):
        told = run(web, launch_template=LARGE, rollout=refresh(when_under_way="cancel"))
        assert told["plan"][0] == f"cancel instance refresh {elsewhere} of group web"
        assert versions(web) == ["3"] * 4

    def test_it_is_waited_for_as_told(self, web, elsewhere):
        told = run(web, launch_template=LARGE, rollout=refresh(when_under_way="wait"))
        assert told["waited"][0]["step"] == f"wait until instance refresh {elsewhere} of group web has ended"
        assert [one["Status"] for one in web.client("autoscaling").describe_instance_refreshes(**WEB)["InstanceRefreshes"]] == ["Successful", "Successful"]
        assert versions(web) == ["3"] * 4


class TestEachEnd:
    def test_an_alarm_rolls_it_back_and_the_task_tells_why_who_runs_what_and_what_the_group_launches(self, web):
        cloudwatch = web.client("cloudwatch")
        cloudwatch.put_metric_alarm(AlarmName="errors", **ALARM)

        def alarming(seconds):
            web.advance(seconds)
            if versions(web).count("2") > 1:
                cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="test")

        said = {"launch_template": LARGE, "rollout": refresh(preferences={"alarm_specification": {"alarms": ["errors"]}})}
        with pytest.raises(StoppedHalfway) as stopped:
            one(params(said), PROMISED.make_plan, Aws(Door(web), sleep=web.advance), dry=False, sleep=alarming)
        assert (
            f"instance refresh {latest_refresh(web)['InstanceRefreshId']} ended as RollbackSuccessful at 25 %: CloudWatch alarm errors is in ALARM"
            in str(stopped.value)
        )
        assert "Group web launches version 1, wants 4: i-" in str(stopped.value)
        assert stopped.value.as_result()["done"][-1].startswith("start an instance refresh")
        assert versions(web) == ["1"] * 4

    def test_a_rollout_that_failed_before_is_told_and_tried_again(self, web):
        self.test_an_alarm_rolls_it_back_and_the_task_tells_why_who_runs_what_and_what_the_group_launches(web)
        web.client("cloudwatch").set_alarm_state(AlarmName="errors", StateValue="OK", StateReason="test")
        [warned] = warnings(web, launch_template=LARGE, rollout=refresh())
        assert "ended as RollbackSuccessful" in warned and "it is tried again" in warned
        assert run(web, launch_template=LARGE, rollout=refresh())["plan"][0].startswith("start an instance refresh of group web to version 2")

    @pytest.mark.parametrize(
        ("call", "preferences", "status"),
        [
            ("cancel_instance_refresh", {}, "Cancelled"),
            ("rollback_instance_refresh", {}, "RollbackSuccessful"),
            ("empty the profile", {"auto_rollback": False}, "Failed"),
            ("empty the profile", {}, "RollbackFailed"),
        ],
    )
    def test_any_end_but_success_fails_the_task(self, call, preferences, status, web):
        broken = []

        def meanwhile(seconds):
            web.advance(seconds)
            if versions(web).count("2") > 1 and not broken:
                broken.append(call)
                if call == "empty the profile":
                    web.client("iam").remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web")
                else:
                    getattr(web.client("autoscaling"), call)(**WEB)

        with pytest.raises(StoppedHalfway, match=f"ended as {status}"):
            one(
                params({"launch_template": LARGE, "rollout": refresh(preferences=preferences, wait_timeout=20000)}),
                PROMISED.make_plan,
                Aws(Door(web), sleep=web.advance),
                dry=False,
                sleep=meanwhile,
            )
        assert latest_refresh(web)["Status"] == status


class TestWhoWaitsElsewhere:
    """As the action plugin does, which shows the progress meanwhile."""

    def test_a_refresh_is_handed_over_when_aws_has_it_and_finished_after_its_end(self, web):
        said = {"launch_template": {**LARGE, "keep_versions": 1}}
        check = run(web, dry=True, **said, rollout=refresh(verify=True))
        begun = run(web, **said, rollout=refresh(verify=True, hand_over=True))
        assert {word: begun[word] for word in ("changed", "policy", "outcome", "diff")} == {
            word: check[word] for word in ("changed", "policy", "outcome", "diff")
        }
        assert begun["handed_over"] == {"instance_refresh_id": latest_refresh(web)["InstanceRefreshId"], "until": "completion"}
        assert latest_refresh(web)["Status"] == "InProgress"
        web.advance(600)
        ended = run(web, **said, rollout=refresh(verify=True, instance_refresh_id=begun["handed_over"]["instance_refresh_id"]))
        assert [*begun["plan"], *ended["plan"]] == check["plan"] and "handed_over" not in ended
        assert ended["rollout"]["instance_refresh"]["status"] == "Successful"

    def test_one_that_failed_meanwhile_fails_as_if_it_had_been_waited_for_here(self, web, autoscaling):
        begun = run(web, launch_template=LARGE, rollout=refresh(hand_over=True))["handed_over"]["instance_refresh_id"]
        autoscaling.cancel_instance_refresh(**WEB)
        web.advance(600)
        assert f"instance refresh {begun} ended as Cancelled" in str(fails(web, launch_template=LARGE, rollout=refresh(instance_refresh_id=begun)))
        assert len(autoscaling.describe_instance_refreshes(**WEB)["InstanceRefreshes"]) == 1

    def test_one_that_is_not_over_is_not_waited_for_a_second_time(self, web):
        begun = run(web, launch_template=LARGE, rollout=refresh(hand_over=True))["handed_over"]["instance_refresh_id"]
        said = str(fails(web, launch_template=LARGE, rollout=refresh(instance_refresh_id=begun, wait_timeout=1234)))
        assert "not so after 1234 seconds: it is InProgress" in said or "not so after 1234 seconds: it is Pending" in said

    def test_who_is_behind_after_it_is_told_and_nothing_else_is_begun(self, web):
        begun = run(web, launch_template=LARGE, rollout=refresh(hand_over=True))["handed_over"]["instance_refresh_id"]
        web.advance(600)
        swap(web, ids(web)[0], "other")
        ended = run(web, launch_template=LARGE, rollout=refresh(instance_refresh_id=begun))
        assert not ended["changed"] and [one["instance_id"] for one in ended["rollout"]["behind"]] == [ids(web)[0]]

    def test_what_is_in_the_way_is_handed_over_too_and_the_run_begins_again_after_it(self, web, autoscaling):
        run(web, launch_template=LARGE, rollout=refresh(wait=False))
        said = {"launch_template": {**SMALL, "instance_type": "t3.large"}, "rollout": refresh(when_under_way="wait", hand_over=True)}
        waiting = run(web, **said)
        assert waiting["handed_over"]["until"] == "end" and waiting["plan"] == []
        web.advance(600)
        assert run(web, **said)["handed_over"]["until"] == "completion"

    def test_associations_are_handed_over_batch_by_batch(self, web):
        said = {"instance_profile": "other", "rollout": associate(batch_size=2, hand_over=True)}
        assert run(web, **said)["handed_over"] == {"associated": 2, "of": 4}
        assert list(carried(web).values()).count("other") == 2
        assert "handed_over" not in run(web, **said) and set(carried(web).values()) == {"other"}


class TestProof:
    def test_an_instance_that_somebody_gave_another_profile_is_replaced_and_the_new_one_waited_for(self, web):
        run(web, launch_template=LARGE, rollout=refresh())
        swap(web, ids(web)[0], "other")
        web.settings(association_delay=10)
        told = run(web, launch_template=LARGE, rollout=refresh(verify=True))
        assert any("carr" in one["step"] for one in told["waited"])
        assert set(carried(web).values()) == {"web"}

    def test_late_ones_are_waited_for(self, web):
        web.settings(association_delay=20)
        told = run(web, instance_profile="other", rollout=associate(verify=True))
        assert told["waited"][0]["seconds"] >= 20

    def test_one_on_its_way_from_a_run_before_is_waited_for(self, web):
        web.settings(association_delay=20)
        run(web, instance_profile="other", rollout=associate(wait=False))
        told = run(web, instance_profile="other", rollout=associate())
        assert not told["changed"] and "is associating" in told["waited"][0]["reason"]
