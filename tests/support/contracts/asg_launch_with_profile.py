# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may be wanted of a group and the launch template it launches from, and what may be there before."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from ansible_collections.passrole.ec2.plugins.module_utils.asg_launch.plan import plan
from ansible_collections.passrole.ec2.plugins.module_utils.core.tags import tag_list
from ansible_collections.passrole.ec2.plugins.module_utils.launch_template.state import SIGN
from ansible_collections.passrole.ec2.plugins.modules.asg_launch_with_profile import OPTIONS

from tests.support.contracts.contract import Account, Promised, nothing
from tests.support.contracts.instance_profile import TRUST

IMAGE = "ami-01e24be29428c15b2"
TEMPLATE = {"image_id": IMAGE, "instance_type": "t2.micro"}
GROUP = {
    "name": "web",
    "instance_profile": "web",
    "launch_template": TEMPLATE,
    "min_size": 1,
    "max_size": 3,
    "availability_zones": ["eu-west-1a"],
}
ALONE = {"launch_template": {"name": "web", **TEMPLATE}, "instance_profile": "web"}
OTHER = {"ImageId": IMAGE, "InstanceType": "t2.micro", "IamInstanceProfile": {"Name": "other"}}
LAUNCHING = {"lifecycle_hook_name": "launching", "lifecycle_transition": "autoscaling:EC2_INSTANCE_LAUNCHING"}
TRACKING = {
    "policy_name": "cpu",
    "policy_type": "TargetTrackingScaling",
    "target_tracking_configuration": {
        "predefined_metric_specification": {"predefined_metric_type": "ASGAverageCPUUtilization"},
        "target_value": 50,
    },
}
EVERYTHING = {
    "desired_capacity": 2,
    "health_check_type": "EC2,ELB,VPC_LATTICE",
    "health_check_period": 30,
    "default_cooldown": 60,
    "termination_policies": ["OldestInstance", "Default"],
    "max_instance_lifetime": 86400,
    "protected_from_scale_in": False,
    "suspend_processes": ["AZRebalance"],
    "metrics_collection": True,
    "metrics_list": ["GroupMinSize", "GroupTotalInstances"],
    "lifecycle_hooks": [{**LAUNCHING, "heartbeat_timeout": 60}],
    "notification_topic": "arn:aws:sns:eu-west-1:123456789012:launches",
    "scheduled_actions": [{"scheduled_action_name": "night", "recurrence": "0 1 * * *", "min_size": 0}],
    "warm_pool": {"pool_state": "Running"},
    "scaling_policies": [TRACKING],
    "auto_scaling_group": {
        "capacity_rebalance": True,
        "default_instance_warmup": 0,
        "instance_maintenance_policy": {"min_healthy_percentage": 90, "max_healthy_percentage": 120},
        "traffic_sources": [{"identifier": "arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup/tg-1", "type": "vpc-lattice"}],
    },
}
CLEARED = {
    "max_instance_lifetime": 0,
    "auto_scaling_group": {"default_instance_warmup": -1, "traffic_sources": []},
    "protected_from_scale_in": True,
    "protect_running_instances": True,
    "suspend_processes": [],
    "metrics_collection": False,
    "lifecycle_hooks": [],
    "notification_configurations": [],
    "scheduled_actions": [],
    "warm_pool": {},
    "scaling_policies": [],
}
SPARE = {"launch_template_name": "spare", "version": "1"}
OVERRIDDEN = {"launch_template": {"overrides": [{"instance_type": "t3.micro"}, {"instance_type": "t3.small", "launch_template_specification": SPARE}]}}
PREFERENCES = {"instance_warmup": 0}
WANTS = {
    "a template alone": ALONE,
    "a template that says more": {
        **ALONE,
        "launch_template": {
            "name": "web",
            "image_ssm_parameter": "/golden/web",
            "version_description": "version1",
            "tags": {"t": "2", "größe": ""},
            "user_data": "#!/bin/sh\n",
            "metadata_options": {"http_tokens": "optional", "http_put_response_hop_limit": 2},
            "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": {"volume_size": 8, "encrypted": True}}],
            "tag_specifications": [{"resource_type": "instance", "tags": {"a": "b"}}],
        },
    },
    "a template that keeps its default": {**ALONE, "launch_template": {**ALONE["launch_template"], "default_version": "1"}},
    "a template of which one version is kept": {**ALONE, "launch_template": {**ALONE["launch_template"], "keep_versions": 1}},
    "a template of which one member is declared": {"launch_template": {"name": "web", "source_version": "latest", "instance_type": "t3.micro"}},
    "the absence of a template alone": {"launch_template": {"name": "free"}, "state": "absent"},
    "a group": GROUP,
    "a group with another profile": {**GROUP, "instance_profile": "arn:aws:iam::123456789012:instance-profile/team/other"},
    "a group that EC2 has judged": {**GROUP, "vet": True, "launch_template": {**TEMPLATE, "user_data": "#!/bin/sh\n"}},
    # All of it is there, so that nothing but EC2's judgement can tell.
    "a group that EC2 would not launch": {
        **GROUP,
        "vet": True,
        "launch_template": {**TEMPLATE, "security_groups": ["default"], "network_interfaces": [{"device_index": 0}]},
    },
    "a group that follows the latest": {**GROUP, "launch_template": {**TEMPLATE, "image_id": "resolve:ssm:/golden/web", "version": "$Latest"}},
    "a group with everything": {**GROUP, **EVERYTHING},
    "a group with much taken away": {**GROUP, **CLEARED},
    "a group of mixed instances": {**GROUP, "mixed_instances_policy": {"instance_types": ["t3.micro", "t3a.micro"]}},
    "a group with an override of another template": {**GROUP, "mixed_instances_policy": OVERRIDDEN},
    "a group on an older version": {**GROUP, "instance_profile": "other", "launch_template": {**TEMPLATE, "version": "1"}},
    "a group that is pinned to what is the default": {"name": "web", "launch_template": {"source_version": "default"}},
    "a group of which the metadata options are declared": {
        "name": "web",
        "launch_template": {"source_version": "1", "metadata_options": {"http_tokens": "required"}, "default_version": "latest", "keep_versions": 1},
    },
    "a group of one type": {**GROUP, "mixed_instances_policy": {}},
    "other tags only": {**GROUP, "tags": [{"t": "2"}, {"u": "3", "propagate_at_launch": False}], "purge_tags": True},
    "one tag more": {**GROUP, "tags": [{"t": "2"}]},
    "what runs told of": {**GROUP, "rollout": {"strategy": "none"}},
    "what runs swapped in place": {
        **GROUP,
        "instance_profile": "other",
        "rollout": {"strategy": "associate", "when_more_differs": "refresh", "verify": True, "preferences": PREFERENCES},
    },
    "what runs replaced": {
        **GROUP,
        "launch_template": {**TEMPLATE, "instance_type": "t3.micro"},
        "rollout": {"strategy": "refresh", "verify": True, "when_under_way": "cancel", "preferences": PREFERENCES},
    },
    "a key pair that is not there": {**GROUP, "launch_template": {**TEMPLATE, "key_name": "nobody"}},
    "sizes that cannot be": {**GROUP, "min_size": 4},
    "a profile that is not there": {**GROUP, "instance_profile": "nobody"},
    "a profile without a role": {**GROUP, "instance_profile": "empty"},
    "the absence of all": {"name": "web", "state": "absent"},
    "the absence of all, with their lifecycle actions completed": {"name": "web", "state": "absent", "complete_lifecycle_actions": True},
    "the absence of all by force": {"name": "web", "state": "absent", "force_delete": True},
    "the absence of the template that its group launches from": {"launch_template": {"name": "web"}, "state": "absent"},
    "the absence of the template whoever launches from it": {
        "launch_template": {"name": "web"},
        "state": "absent",
        "force_delete_launch_template": True,
    },
}


def profiles(account: Account) -> None:
    iam = account.client("iam")
    for name, path in (("web", "/"), ("other", "/team/")):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
        iam.create_instance_profile(InstanceProfileName=name, Path=path)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    iam.create_instance_profile(InstanceProfileName="empty")
    account.client("ec2").create_launch_template(LaunchTemplateName="spare", LaunchTemplateData=OTHER)
    account.client("ssm").put_parameter(Name="/golden/web", Value="ami-12c6146b", Type="String")
    account.client("sns").create_topic(Name="launches")


def template(account: Account, ours: bool = True) -> None:
    account.client("ec2").create_launch_template(
        LaunchTemplateName="web",
        LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "t2.micro", "IamInstanceProfile": {"Name": "web"}},
        TagSpecifications=[{"ResourceType": "launch-template", "Tags": tag_list({"t": "1", **(SIGN if ours else {})})}],
    )


def someone_elses_template(account: Account) -> None:
    template(account, ours=False)


def template_of_two_versions(account: Account) -> None:
    template(account)
    data = {
        "ImageId": IMAGE,
        "InstanceType": "t2.micro",
        "IamInstanceProfile": {"Name": "web"},
        "MetadataOptions": {"HttpTokens": "required"},
    }
    account.client("ec2").create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData=data)


def group(account: Account) -> None:
    template(account)
    account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchTemplate={"LaunchTemplateName": "web", "Version": "1"},
        MinSize=1,
        MaxSize=2,
        AvailabilityZones=["eu-west-1a"],
        DefaultInstanceWarmup=30,
        MaxInstanceLifetime=90000,
        Tags=[{"Key": key, "Value": "1", "PropagateAtLaunch": True} for key in ("t", "v")],
    )
    belongings(account.client("autoscaling"), AutoScalingGroupName="web")


def shared_template(account: Account) -> None:
    """A group, and another that launches from its template by an override."""
    group(account)
    ec2, other = account.client("ec2"), {"LaunchTemplateName": "other", "Version": "1"}
    ec2.create_launch_template(LaunchTemplateName="other", LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "t2.micro"})
    override = {"InstanceType": "t3.micro", "LaunchTemplateSpecification": {"LaunchTemplateName": "web", "Version": "1"}}
    account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="other",
        MixedInstancesPolicy={"LaunchTemplate": {"LaunchTemplateSpecification": other, "Overrides": [override]}},
        MinSize=0,
        MaxSize=1,
        AvailabilityZones=["eu-west-1a"],
    )


def belongings(autoscaling: Any, **group: str) -> None:
    """What only calls of its own can give to a group."""
    autoscaling.suspend_processes(ScalingProcesses=["HealthCheck"], **group)
    autoscaling.enable_metrics_collection(Metrics=["GroupMaxSize"], Granularity="1Minute", **group)
    moment = "autoscaling:EC2_INSTANCE_LAUNCHING"
    autoscaling.put_lifecycle_hook(LifecycleHookName="launching", LifecycleTransition=moment, NotificationMetadata="m", **group)
    topic = "arn:aws:sns:eu-west-1:123456789012:launches"
    autoscaling.put_notification_configuration(TopicARN=topic, NotificationTypes=["autoscaling:TEST_NOTIFICATION"], **group)
    autoscaling.put_scheduled_update_group_action(ScheduledActionName="day", Recurrence="0 8 * * *", MaxSize=2, **group)
    autoscaling.put_warm_pool(MinSize=0, MaxGroupPreparedCapacity=0, **group)
    autoscaling.put_scaling_policy(PolicyName="cpu", AdjustmentType="ChangeInCapacity", ScalingAdjustment=1, **group)


def mixed_group(account: Account) -> None:
    template_of_two_versions(account)
    launch = {
        "LaunchTemplateSpecification": {"LaunchTemplateName": "web", "Version": "$Default"},
        "Overrides": [{"InstanceType": "t3.micro"}],
    }
    account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="web",
        MixedInstancesPolicy={"LaunchTemplate": launch},
        MinSize=0,
        MaxSize=1,
        AvailabilityZones=["eu-west-1a"],
    )


def running_group(account: Account) -> None:
    """A group of the declared version, of which one instance was given another profile, and one is stopped in a warm pool."""
    template_of_two_versions(account)
    named = {"AutoScalingGroupName": "web"}
    autoscaling, ec2 = account.client("autoscaling"), account.client("ec2")
    autoscaling.create_auto_scaling_group(
        LaunchTemplate={"LaunchTemplateName": "web", "Version": "2"}, MinSize=2, MaxSize=3, AvailabilityZones=["eu-west-1a"], **named
    )
    autoscaling.put_warm_pool(MaxGroupPreparedCapacity=3, **named)
    strayed = ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"][0]["AssociationId"]
    ec2.replace_iam_instance_profile_association(AssociationId=strayed, IamInstanceProfile={"Name": "other"})


def group_being_refreshed(account: Account) -> None:
    """A group that a rollout brings to its second version, at a pause halfway."""
    template_of_two_versions(account)
    named = {"AutoScalingGroupName": "web"}
    autoscaling = account.client("autoscaling")
    autoscaling.create_auto_scaling_group(
        LaunchTemplate={"LaunchTemplateName": "web", "Version": "1"}, MinSize=2, MaxSize=3, AvailabilityZones=["eu-west-1a"], **named
    )
    desired = {"LaunchTemplate": {"LaunchTemplateName": "web", "Version": "2"}}
    autoscaling.start_instance_refresh(DesiredConfiguration=desired, Preferences={"CheckpointPercentages": [50, 100]}, **named)


PROMISED = Promised(
    module="asg_launch_with_profile",
    options=OPTIONS,
    make_plan=plan,
    wants=WANTS,
    haves={
        "nothing": nothing,
        "a template": template,
        "a template of two versions": template_of_two_versions,
        "a group": group,
        "a group of mixed instances": mixed_group,
        "a group that runs": running_group,
        "a group being refreshed": group_being_refreshed,
        "a group that shares its template": shared_template,
    },
    stage=profiles,
    aws_adds=True,
)
ADOPTED = replace(
    PROMISED,
    wants={
        "a template that may not be touched": ALONE,
        "an adopted template": {**ALONE, "adopt": True},
        "an adopted template with its tags": {**ALONE, "adopt": True, "launch_template": {**ALONE["launch_template"], "tags": {}}},
        "an adopted template of which one member is declared": {
            "adopt": True,
            "launch_template": {"name": "web", "source_version": "latest", "metadata_options": {"http_tokens": "required"}},
        },
        "the absence of what may not be touched": {"name": "web", "state": "absent"},
        "the absence of an adopted template": {"name": "web", "state": "absent", "adopt": True},
    },
    haves={"someone else's template": someone_elses_template},
)
