# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An estate in which each rule of the audit is broken once, by plain AWS calls, beside an application with which nothing is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Account = Any

ACCOUNT_ID = "123456789012"
IMAGE = "ami-01e24be29428c15b2"
EC2 = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT_ID}:queue"
# What the audit of this estate is told to ask for.
WATCHED = f"arn:aws:iam::{ACCOUNT_ID}:policy/watched"
SETTINGS = {"required_policies": ["watched"], "forbidden_policies": ["AmazonSSM*"]}
SAFE = {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}
TYPES = [{"InstanceType": "t3.micro"}, {"InstanceType": "t3.small"}]
LATTICE = {"Identifier": f"arn:aws:vpc-lattice:eu-west-1:{ACCOUNT_ID}:targetgroup/tg-1", "Type": "vpc-lattice"}
KEY = "AKIA" + "ABCDEFGHIJKLMNOP"


@dataclass(frozen=True)
class Applications:
    """Makes applications that are right but for what a test says."""

    account: Account
    subnets: str
    public: str

    @classmethod
    def of(cls, account: Account) -> Applications:
        ec2, iam = account.client("ec2"), account.client("iam")
        iam.create_policy(PolicyName="most", PolicyDocument=document("sqs:*", QUEUE))
        iam.create_policy(PolicyName="watched", PolicyDocument=document("cloudwatch:PutMetricData", "*"))
        vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        zones = {zone: f"10.9.{number}.0/24" for number, zone in enumerate(("eu-west-1a", "eu-west-1b"))}
        made = [ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"] for zone, block in zones.items()]
        found = ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
        return cls(account, ",".join(made), ",".join(one["SubnetId"] for one in found[:2]))

    def role(
        self, name: str, *statements: Mapping[str, Any], says: Mapping[str, Any] | None = None, bounded: bool = True, watched: bool = True
    ) -> None:
        iam = self.account.client("iam")
        boundary = {"PermissionsBoundary": f"arn:aws:iam::{ACCOUNT_ID}:policy/most"} if bounded else {}
        trust = {"Version": "2012-10-17", "Statement": list(statements) or [EC2]}
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust), **boundary)
        policy = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(says) if says else document("sqs:SendMessage", QUEUE))
        for arn in (policy["Policy"]["Arn"], *([WATCHED] if watched else [])):
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)

    def profile(self, name: str, *statements: Mapping[str, Any], **role: Any) -> None:
        iam = self.account.client("iam")
        self.role(name, *statements, **role)
        iam.create_instance_profile(InstanceProfileName=name)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)

    def template(self, name: str, profile: Mapping[str, str] | None = None, **data: Any) -> str:
        carried = {"IamInstanceProfile": {"Name": name} if profile is None else profile} if profile != {} else {}
        said = {"ImageId": IMAGE, "InstanceType": "t3.micro", "MetadataOptions": SAFE, **carried, **data}
        kept = {member: value for member, value in said.items() if value is not None}
        return self.account.client("ec2").create_launch_template(LaunchTemplateName=name, LaunchTemplateData=kept)["LaunchTemplate"]["LaunchTemplateId"]

    def group(self, name: str, version: str = "1", overrides: Any = None, size: int = 0, distribution: Any = None, **more: Any) -> None:
        launch = {
            "LaunchTemplateSpecification": {"LaunchTemplateName": name, "Version": version},
            "Overrides": TYPES if overrides is None else overrides,
        }
        policy = {"LaunchTemplate": launch, "InstancesDistribution": distribution or {"OnDemandPercentageAboveBaseCapacity": 100}}
        said = {"MixedInstancesPolicy": policy, "VPCZoneIdentifier": self.subnets, "MinSize": size, "MaxSize": 3, **more}
        self.account.client("autoscaling").create_auto_scaling_group(AutoScalingGroupName=name, **said)

    def application(self, name: str, data: Mapping[str, Any] | None = None, **group: Any) -> None:
        self.profile(name)
        self.template(name, **(data or {}))
        self.group(name, **group)

    def instances(self, name: str) -> list[str]:
        [group] = self.account.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
        return [one["InstanceId"] for one in group["Instances"]]


def document(action: str, resource: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]})


Plant = Callable[[Applications, str], None]
PLANTS: dict[str, Plant] = {}
# What cannot be broken alone: the rule that is planted, and what its application is found for beside that.
BESIDE = {
    "launch_configuration_used": {"one_instance_type"},
    "role_is_administrator": {"policy_with_analyzer_finding"},
    "instance_imdsv2_not_required": {"imdsv2_not_required"},
    "launch_source_without_profile": {"instance_profile_unused"},
}


def plant(apply: Plant) -> Plant:
    """The application that breaks a rule is called as the rule is."""
    PLANTS[apply.__name__] = apply
    return apply


def with_role(*statements: Mapping[str, Any], **role: Any) -> Plant:
    def apply(made: Applications, name: str) -> None:
        made.profile(name, *statements, **role)
        made.template(name)
        made.group(name)

    return apply


def with_policy(*actions: str, resource: str = "*") -> Plant:
    return with_role(says={"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource}]})


def with_data(**data: Any) -> Plant:
    return lambda made, name: made.application(name, data)


def with_group(**group: Any) -> Plant:
    return lambda made, name: made.application(name, **group)


PLANTS.update(
    launch_source_without_profile=with_data(profile={}),
    version_not_pinned=with_group(version="$Latest"),
    imdsv2_not_required=with_data(MetadataOptions={"HttpTokens": "optional", "HttpPutResponseHopLimit": 1}),
    imds_options_inherited=with_data(MetadataOptions=None),
    imds_hop_limit_over_one=with_data(MetadataOptions={**SAFE, "HttpPutResponseHopLimit": 2}),
    launch_with_public_address=with_data(NetworkInterfaces=[{"DeviceIndex": 0, "AssociatePublicIpAddress": True}]),
    volumes_not_encrypted=with_data(BlockDeviceMappings=[{"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 8}}]),
    credentials_in_user_data=with_data(UserData="IyEvYmluL3NoCmV4cG9ydCBBV1NfQUNDRVNTX0tFWV9JRD1BS0lBQUJDREVGR0hJSktMTU5PUAo="),
    no_elb_health_check=with_group(TrafficSources=[LATTICE]),
    one_instance_type=with_group(overrides=TYPES[:1]),
    capacity_rebalancing_off=with_group(distribution={"OnDemandPercentageAboveBaseCapacity": 50}),
    role_is_administrator=with_policy("*"),
    role_can_escalate=with_policy("lambda:UpdateFunctionCode"),
    role_with_service_wildcard=with_policy("sqs:*", resource=QUEUE),
    role_exposes_credentials=with_policy("sts:GetSessionToken"),
    role_exposes_resources=with_policy("sqs:AddPermission"),
    role_reads_everything=with_policy("s3:GetObject"),
    role_decrypts_with_any_key=with_policy("kms:Decrypt"),
    policy_with_analyzer_finding=with_policy("ec2:DescribeInstanses"),
    role_with_forbidden_policy=lambda made, name: attached(made, name, "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"),
    role_lacks_required_policy=with_role(watched=False),
    role_without_boundary=with_role(bounded=False),
    role_trusts_anyone=with_role(EC2, {**EC2, "Principal": {"AWS": "*"}}),
    role_trusts_another_account=with_role(EC2, {**EC2, "Principal": {"AWS": "arn:aws:iam::210987654321:root"}}),
    role_trusts_service_for_anyone=with_role(EC2, {**EC2, "Principal": {"Service": "lambda.amazonaws.com"}}),
    role_trusts_more_than_ec2=with_role(EC2, {**EC2, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT_ID}:root"}}),
    instance_with_role_is_public=lambda made, name: made.application(name, size=1, VPCZoneIdentifier=made.public),
    instance_imdsv2_not_required=lambda made, name: made.application(
        name, {"MetadataOptions": {"HttpTokens": "optional", "HttpPutResponseHopLimit": 1}}, size=1
    ),
    one_availability_zone=lambda made, name: made.application(name, VPCZoneIdentifier=made.subnets.partition(",")[0]),
)


def attached(made: Applications, name: str, arn: str) -> None:
    made.application(name)
    made.account.client("iam").attach_role_policy(RoleName=name, PolicyArn=arn)


@plant
def launch_source_missing(made: Applications, name: str) -> None:
    made.application(name)
    made.account.client("ec2").delete_launch_template(LaunchTemplateName=name)
    forget_profile(made, name)


@plant
def instance_profile_missing(made: Applications, name: str) -> None:
    made.application(name)
    forget_profile(made, name)


def forget_profile(made: Applications, name: str) -> None:
    iam = made.account.client("iam")
    iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=name)
    iam.delete_instance_profile(InstanceProfileName=name)


@plant
def instance_profile_empty(made: Applications, name: str) -> None:
    made.application(name)
    made.account.client("iam").remove_role_from_instance_profile(InstanceProfileName=name, RoleName=name)


@plant
def instance_profile_arn_differs(made: Applications, name: str) -> None:
    iam = made.account.client("iam")
    made.role(name)
    iam.create_instance_profile(InstanceProfileName=name, Path="/former/")
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    made.template(name, profile={"Arn": f"arn:aws:iam::{ACCOUNT_ID}:instance-profile/former/{name}"})
    made.group(name)
    forget_profile(made, name)
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)


@plant
def instance_profile_recreated(made: Applications, name: str) -> None:
    iam = made.account.client("iam")
    made.application(name, size=1)
    forget_profile(made, name)
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)


@plant
def instance_profile_unused(made: Applications, name: str) -> None:
    made.profile(name)


@plant
def role_does_not_trust_ec2(made: Applications, name: str) -> None:
    made.application(name)
    trust = {"Version": "2012-10-17", "Statement": [{**EC2, "Action": "sts:TagSession"}]}
    made.account.client("iam").update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))


@plant
def role_with_inline_policies(made: Applications, name: str) -> None:
    made.application(name)
    made.account.client("iam").put_role_policy(RoleName=name, PolicyName="send", PolicyDocument=document("sqs:SendMessage", QUEUE))


@plant
def role_shared(made: Applications, name: str) -> None:
    """Two applications, each with a template of its own, and one role."""
    made.application(name)
    made.template(f"{name}-2", profile={"Name": name})
    made.group(f"{name}-2")


@plant
def override_with_another_profile(made: Applications, name: str) -> None:
    for one in (name, f"{name}-2"):
        made.profile(one)
        made.template(one)
    named = {"LaunchTemplateName": f"{name}-2", "Version": "1"}
    made.group(name, overrides=[TYPES[0], {**TYPES[1], "LaunchTemplateSpecification": named}])


@plant
def instances_on_another_version(made: Applications, name: str) -> None:
    made.application(name, size=1)
    data = {"ImageId": IMAGE, "InstanceType": "t3.micro", "IamInstanceProfile": {"Name": name}, "MetadataOptions": SAFE, "EbsOptimized": True}
    made.account.client("ec2").create_launch_template_version(LaunchTemplateName=name, LaunchTemplateData=data)
    launch = {"LaunchTemplateSpecification": {"LaunchTemplateName": name, "Version": "2"}, "Overrides": TYPES}
    made.account.client("autoscaling").update_auto_scaling_group(AutoScalingGroupName=name, MixedInstancesPolicy={"LaunchTemplate": launch})


@plant
def instances_carry_another_profile(made: Applications, name: str) -> None:
    made.application(name, size=1)
    ec2 = made.account.client("ec2")
    found = ec2.describe_iam_instance_profile_associations(Filters=[{"Name": "instance-id", "Values": made.instances(name)}])
    [one] = found["IamInstanceProfileAssociations"]
    ec2.replace_iam_instance_profile_association(AssociationId=one["AssociationId"], IamInstanceProfile={"Name": "clean"})


@plant
def process_suspended(made: Applications, name: str) -> None:
    made.application(name)
    made.account.client("autoscaling").suspend_processes(AutoScalingGroupName=name, ScalingProcesses=["Launch", "AZRebalance"])


@plant
def launch_configuration_used(made: Applications, name: str) -> None:
    autoscaling = made.account.client("autoscaling")
    made.profile(name)
    said = {"ImageId": IMAGE, "InstanceType": "t3.micro", "IamInstanceProfile": name, "MetadataOptions": SAFE}
    autoscaling.create_launch_configuration(LaunchConfigurationName=name, **said)
    where = {"VPCZoneIdentifier": made.subnets, "MinSize": 0, "MaxSize": 3}
    autoscaling.create_auto_scaling_group(AutoScalingGroupName=name, LaunchConfigurationName=name, **where)


@plant
def instance_without_profile(made: Applications, name: str) -> None:
    ec2 = made.account.client("ec2")
    [one] = ec2.run_instances(ImageId=IMAGE, InstanceType="t3.micro", MinCount=1, MaxCount=1)["Instances"]
    ec2.create_tags(Resources=[one["InstanceId"]], Tags=[{"Key": "Name", "Value": name}])


def estate(account: Account) -> Applications:
    """All of them at once, and the clean one."""
    made = Applications.of(account)
    made.application("clean", size=1)
    for name, apply in PLANTS.items():
        apply(made, name)
    return made
