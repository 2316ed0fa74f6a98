# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may be wanted of a launch configuration and of a group that launches from it, and what may be there before."""

from __future__ import annotations

from ansible_collections.passrole.ec2.plugins.module_utils.asg_launch.plan import plan
from ansible_collections.passrole.ec2.plugins.modules.asg_launch_with_profile import OPTIONS

from tests.support.contracts.asg_launch_with_profile import GROUP, IMAGE, TEMPLATE, group, profiles
from tests.support.contracts.contract import Account, Promised, nothing

NAME = "my-lc-with-instance-profile"
SEED = {"name": NAME, "image_id": IMAGE, "instance_type": "t2.micro"}
ALONE = {"launch_configuration": SEED, "instance_profile": "my-instance-profile"}
GROUPED = {**{word: value for word, value in GROUP.items() if word != "launch_template"}, **ALONE}
WANTS = {
    "a configuration alone": ALONE,
    "a configuration that says more": {
        **ALONE,
        "launch_configuration": {
            **SEED,
            "user_data": "#!/bin/sh\n",
            "metadata_options": {"http_tokens": "optional"},
            "instance_monitoring": {"enabled": False},
            "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": {"volume_size": 8}}, {"device_name": "/dev/xvdb", "no_device": True}],
        },
    },
    "a configuration of which one member is declared": {"launch_configuration": {"name": NAME, "source_version": "latest", "instance_type": "t3.micro"}},
    "the absence of a configuration alone": {"launch_configuration": {"name": NAME}, "state": "absent"},
    "a group": GROUPED,
    "a group with another profile": {**GROUPED, "instance_profile": "web"},
    "a group that is left as it launches": {"name": "web", "launch_configuration": {"name": NAME, "source_version": "latest"}},
    "a group of a template": {**GROUP, "launch_template": TEMPLATE},
    "the absence of all": {"name": "web", "launch_configuration": {"name": NAME}, "state": "absent"},
}


def stage(account: Account) -> None:
    profiles(account)
    iam = account.client("iam")
    iam.create_instance_profile(InstanceProfileName="my-instance-profile")
    iam.add_role_to_instance_profile(InstanceProfileName="my-instance-profile", RoleName="web")


def configuration(account: Account, name: str = NAME, tokens: str = "required") -> None:
    account.client("autoscaling").create_launch_configuration(
        LaunchConfigurationName=name,
        ImageId=IMAGE,
        InstanceType="t2.micro",
        IamInstanceProfile="my-instance-profile",
        MetadataOptions={"HttpTokens": tokens},
    )


def configured_group(account: Account) -> None:
    configuration(account, tokens="optional")
    make_group(account, "web", NAME)


def line_of_two(account: Account) -> None:
    """What an interrupted run leaves behind, beside one that another group still launches from."""
    configuration(account, f"{NAME}-0123456789ab", tokens="optional")
    make_group(account, "other", f"{NAME}-0123456789ab")
    configured_group(account)


def make_group(account: Account, name: str, launching: str) -> None:
    account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchConfigurationName=launching,
        MinSize=0,
        MaxSize=1,
        AvailabilityZones=["eu-west-1a"],
    )


PROMISED = Promised(
    module="asg_launch_with_profile",
    options=OPTIONS,
    make_plan=plan,
    wants=WANTS,
    haves={
        "nothing": nothing,
        "a configuration": configuration,
        "a group": configured_group,
        "a line of two": line_of_two,
        "a group of a template": group,
    },
    stage=stage,
    aws_adds=True,
)
