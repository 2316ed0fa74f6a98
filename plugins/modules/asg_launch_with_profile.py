#!/usr/bin/python
# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a launch template or configuration that carries an instance profile, and the group that launches from it."""

from __future__ import annotations

DOCUMENTATION = r"""
module: asg_launch_with_profile
version_added: 1.0.0
short_description: Keep an Auto Scaling group launching its instances with an instance profile
description:
  - Keeps a launch template that carries an IAM instance profile, and the Auto Scaling group that launches from it.
  - A new version of the launch template is made only when its data changed. The group is pinned to that version's
    number, so that what it launches never changes behind its back and a rollback has something to go back to.
  - The data of the launch template is declared whole; what is taken out of O(launch_template) leaves the template. With
    C(launch_template.source_version) only what is declared is changed.
    A group option that the task leaves out is left as it is.
  - Accounts that still may can declare O(launch_configuration) in place of O(launch_template).
  - Leave O(name) out to keep a launch template or configuration alone, with no group.
  - Instances launch with IMDSv2 required, unless O(launch_template) says otherwise.
  - Running instances keep what they were launched with, unless O(rollout) brings them the change.
author:
  - passrole contributors (@passrole)
options:
  name:
    description:
      - Name of the Auto Scaling group, 1 to 255 printable ASCII characters with no colon.
      - Leave it out to keep the launch template O(launch_template) or the launch configuration O(launch_configuration) alone.
    type: str
    aliases: [group_name]
  instance_profile:
    description:
      - Name or ARN of the instance profile that new instances get.
      - It must be there and hold a role, or be made by a task in O(builds_on).
      - Needed for O(state=present), unless O(launch_template) or O(launch_configuration) has C(iam_instance_profile), or has a
        C(source_version) that carries one.
    type: str
  launch_template:
    description:
      - The launch template, as a dictionary of the words below and of any member of the EC2 API's
        C(RequestLaunchTemplateData) in snake case, at any depth, for example C(image_id), C(instance_type),
        C(key_name), C(security_group_ids), C(block_device_mappings), C(network_interfaces), C(metadata_options).
        See U(https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestLaunchTemplateData.html).
      - "C(name), a string of 3 to 125 characters: name of the launch template; by default O(name)."
      - "C(source_version), a string: the version of the template that all is taken from that is not declared, user data and the instance profile
        included: V(latest), V(default) or a version's number. Structures such as C(metadata_options) are combined member by member; of all else, what
        is declared takes the place of what the version says, and what is declared empty leaves. Nothing is added to it. A template or
        version that is not there is refused, unless no version's number is given and all is declared that is needed. Where nothing
        is declared otherwise than that version has it, no new version is made. Members of O(fleet) may share a template of which they
        declare nothing but C(name), C(source_version) and C(version)."
      - "C(source_launch_configuration), a string, the name of a launch configuration: the same, but what is not declared is taken from there, so that a
        group can move off it. Once the launch configuration is gone, the latest version of the template takes its place."
      - "C(version), a string: the version that the group launches from. V(pinned), the default, is the number of the
        version that has the declared data; else a version's number, V($Latest) or V($Default)."
      - "C(version_description), a string of at most 255 characters: description of a new version. A new description alone
        makes no new version."
      - "C(default_version), a string: the template's default version. V(latest), the default, keeps the newest version the
        default one; else a version's number. With C(source_version) the default version is left as it is unless this is given."
      - "C(keep_versions), a whole number of at least 1: how many of the newest versions to keep. Older ones are deleted, but
        never the default one nor one that a group or an instance of the account uses. Those go in a later run."
      - "C(tags), a dictionary: tags of the template itself; left as they are when not given.
        C(purge_tags), a boolean, V(true) by default: whether tags not in C(tags) are removed from the template."
      - "C(image_id), a string, may be V(resolve:ssm:) and the name of a Systems Manager parameter, which EC2 then asks for
        the image at each launch."
      - "C(image_ssm_parameter), a string, in place of C(image_id): the name of a Systems Manager parameter, public ones
        included, that is asked for the image now. The template gets the image's id, so that a new image makes a new version."
      - C(metadata_options.http_tokens) is V(required) unless given, so that instances answer IMDSv2 only.
      - C(user_data), a string, is given as plain text and encoded once. Text that is base64 of what cloud-init, EC2Launch,
        Ignition or Bottlerocket read is passed on as it is. EC2 takes at most 16384 bytes, before base64. User data are masked
        in all output; the diff shows their digest.
      - "C(gzip_user_data), a boolean, V(false) by default: whether to pack user data with gzip, which cloud-init unpacks. What an
        instance reads is compared, so that packing what is there already makes no new version."
      - Tags may be given as a dictionary or as the API's list of keys and values.
      - A member that the installed botocore does not know is refused, with a version that does where one is known to this
        collection, or else with the closest member.
      - The image, the profile, the security groups, the key pair and the subnets of network interfaces that it names are looked
        for before anything is changed, and refused if they are not there. When nothing is to be changed, they are not looked for.
    type: dict
    default: {}
  launch_configuration:
    description:
      - The launch configuration, in place of O(launch_template), as a dictionary of the words below and of any member of the
        Auto Scaling API's C(CreateLaunchConfiguration) in snake case, for example C(image_id), C(instance_type), C(key_name),
        C(security_groups), C(block_device_mappings), C(spot_price). See
        U(https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateLaunchConfiguration.html).
      - AWS makes no launch configurations in accounts made since 2024-10-01. Nothing tells so beforehand; where AWS refuses,
        the error shows the same declaration as O(launch_template).
      - "C(name), a string of 1 to 242 characters: name of the launch configuration; by default O(name)."
      - AWS lets no launch configuration be changed. A change makes a new one, whose name is C(name) with a digest of the data
        behind it, moves the group to it, and deletes those of C(name) that are older, unless another group uses them.
      - "C(source_version), a string, V(latest): all members that are not declared are taken from the newest launch configuration of
        C(name), user data and the instance profile included, as in O(launch_template). If there is none, what is needed must be declared."
      - C(metadata_options.http_tokens) is V(required) unless given, so that instances answer IMDSv2 only.
      - C(user_data) and C(gzip_user_data) are as in O(launch_template), and what it names is looked for likewise.
      - With C(instance_id), AWS takes all that is not declared from that instance and never tells which it was; what is
        declared beside it is compared, another C(instance_id) alone changes nothing.
      - A group moves from a launch configuration to a launch template and back in place. What it moved away from is left, and is
        deleted by a task of its own, with O(state=absent) and no O(name).
      - A dictionary with nothing in it is enough for O(state=absent).
    type: dict
  min_size:
    description:
      - Least number of instances. Needed when the group is new.
    type: int
  max_size:
    description:
      - Largest number of instances. Needed when the group is new.
    type: int
  desired_capacity:
    description:
      - Number of instances to have, between O(min_size) and O(max_size).
      - When not given, a new group starts with O(min_size), and an existing one keeps what its scaling policies made of it.
    type: int
  vpc_zone_identifier:
    description:
      - Ids of the subnets to launch in. A new group needs them, or O(availability_zones).
    type: list
    elements: str
  availability_zones:
    description:
      - Availability Zones to launch in, where O(vpc_zone_identifier) does not say it.
    type: list
    elements: str
  health_check_type:
    description:
      - Health checks beside those of EC2, separated by commas, of V(EBS), V(ELB) and V(VPC_LATTICE).
      - V(EC2) alone turns the others off.
      - One that AWS has since added can be said in O(auto_scaling_group).
    type: str
  health_check_period:
    description:
      - Seconds after a launch in which a failed health check does not count; C(HealthCheckGracePeriod) of the API.
    type: int
  default_cooldown:
    description:
      - Seconds between two actions of simple scaling policies.
    type: int
  placement_group:
    description:
      - Name of the placement group to launch in. An empty string takes the group out of it.
    type: str
  termination_policies:
    description:
      - How to choose the instances to end first, the first policy first. An empty list goes back to V(Default).
    type: list
    elements: str
  target_group_arns:
    description:
      - ARNs of the load balancers' target groups that instances are registered with.
      - An empty list takes the group out of all.
    type: list
    elements: str
  purge_target_group_arns:
    description:
      - Whether the group is taken out of the target groups that are not in O(target_group_arns), if that is given.
    type: bool
    default: true
  load_balancers:
    description:
      - Names of the Classic Load Balancers that instances are registered with.
      - An empty list takes the group out of all.
    type: list
    elements: str
  purge_load_balancers:
    description:
      - Whether the group is taken out of the load balancers that are not in O(load_balancers), if that is given.
    type: bool
    default: true
  purge_traffic_sources:
    description:
      - Whether the group is taken out of the traffic sources that are not in C(traffic_sources) of O(auto_scaling_group), if they are given.
    type: bool
    default: true
  max_instance_lifetime:
    description:
      - Longest time in seconds that an instance may run, at least a day; V(0) for no limit.
    type: int
  protected_from_scale_in:
    description:
      - Whether new instances are protected from being ended when the group scales in.
    type: bool
  protect_running_instances:
    description:
      - Whether O(protected_from_scale_in), which AWS takes for new instances only, is for those that run already, too.
    type: bool
    default: false
  suspend_processes:
    description:
      - Scaling processes to suspend. An empty list resumes all, unless O(purge_suspend_processes) is V(false). See
        U(https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html).
      - A new group launches its first instances before its processes are suspended, as AWS has no way to create it otherwise.
      - When not given, processes are left as they are.
    type: list
    elements: str
    choices:
      - AddToLoadBalancer
      - AlarmNotification
      - AZRebalance
      - HealthCheck
      - InstanceRefresh
      - Launch
      - ReplaceUnhealthy
      - ScheduledActions
      - Terminate
  purge_suspend_processes:
    description:
      - Whether suspended processes that are not in O(suspend_processes) are resumed, if that is given.
    type: bool
    default: true
  metrics_collection:
    description:
      - Whether the group sends metrics to CloudWatch. V(false) stops them all.
      - When not given, metrics are left as they are.
    type: bool
  metrics_list:
    description:
      - The metrics to send with O(metrics_collection=true). See
        U(https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnableMetricsCollection.html).
      - By default C(GroupMinSize), C(GroupMaxSize), C(GroupDesiredCapacity), C(GroupInServiceInstances),
        C(GroupPendingInstances), C(GroupStandbyInstances), C(GroupTerminatingInstances) and C(GroupTotalInstances).
    type: list
    elements: str
  purge_metrics_list:
    description:
      - Whether metrics that are not in O(metrics_list), or in its default, are no longer sent, with O(metrics_collection=true).
    type: bool
    default: true
  metrics_granularity:
    description:
      - How fine the metrics are, by default V(1Minute), the one granularity that AWS has.
    type: str
  lifecycle_hooks:
    description:
      - Lifecycle hooks, each with the members of the Auto Scaling API's C(PutLifecycleHook) in snake case, of which
        C(lifecycle_hook_name) and C(lifecycle_transition) must be given. See
        U(https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html).
      - A new group is created with them, so that its first instances meet them.
      - The role of a hook that is put, and its topic or queue, must be there, or the role be made by a task in O(builds_on).
      - When not given, hooks are left as they are. An empty list removes all.
    type: list
    elements: dict
  purge_lifecycle_hooks:
    description:
      - Whether hooks that are not in O(lifecycle_hooks) are removed, if O(lifecycle_hooks) is given.
    type: bool
    default: true
  notification_topic:
    description:
      - ARN of an SNS topic that is told of the events in O(notification_types). Other topics of the group are left alone.
    type: str
  notification_types:
    description:
      - The events that O(notification_topic) is told of; by default launches and terminations, failed ones too. See
        U(https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_NotificationConfiguration.html).
      - An empty list takes the topic away from the group.
    type: list
    elements: str
  notification_configurations:
    description:
      - All topics of the group, in place of O(notification_topic). Each has the members of the Auto Scaling API's
        C(PutNotificationConfiguration) in snake case, C(topic_arn) and C(notification_types). See
        U(https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutNotificationConfiguration.html).
      - When neither is given, notifications are left as they are. An empty list removes all.
    type: list
    elements: dict
  purge_notification_configurations:
    description:
      - Whether topics that are not in O(notification_configurations) are taken away, if it is given.
    type: bool
    default: true
  scheduled_actions:
    description:
      - Scheduled actions, each with the members of the Auto Scaling API's C(PutScheduledUpdateGroupAction) in snake case. See
        U(https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScheduledUpdateGroupAction.html).
      - C(scheduled_action_name) must be given, one of C(min_size), C(max_size) and C(desired_capacity), and one of
        C(start_time) and C(recurrence).
      - AWS forgets an action that has happened for the last time, and refuses one whose C(start_time) is past. For a recurring
        action AWS shows when it comes next in place of C(start_time), so that a C(start_time) that is moved to an earlier time
        is not seen to have changed.
      - When not given, scheduled actions are left as they are. An empty list removes all.
    type: list
    elements: dict
  purge_scheduled_actions:
    description:
      - Whether scheduled actions that are not in O(scheduled_actions) are removed, if it is given.
    type: bool
    default: true
  warm_pool:
    description:
      - The warm pool, with the members of the Auto Scaling API's C(PutWarmPool) in snake case, for example C(pool_state),
        C(min_size), C(max_group_prepared_capacity), C(instance_reuse_policy). It is declared whole. See
        U(https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutWarmPool.html).
      - When not given, the warm pool is left as it is. An empty dict empties it, waits until its instances are gone, and takes
        it away; with O(force_delete) at once.
    type: dict
  scaling_policies:
    description:
      - Scaling policies, each with the members of the Auto Scaling API's C(PutScalingPolicy) in snake case. See
        U(https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScalingPolicy.html).
      - "C(policy_name) must be given, and by C(policy_type): V(TargetTrackingScaling) needs C(target_tracking_configuration),
        V(StepScaling) needs C(adjustment_type) and C(step_adjustments), V(SimpleScaling), the default, needs C(adjustment_type)
        and C(scaling_adjustment), V(PredictiveScaling) needs C(predictive_scaling_configuration)."
      - When not given, policies are left as they are. An empty list removes all.
    type: list
    elements: dict
  purge_scaling_policies:
    description:
      - Whether policies that are not in O(scaling_policies) are removed, if it is given.
    type: bool
    default: true
  mixed_instances_policy:
    description:
      - Several instance types, on demand and spot, as the API's C(MixedInstancesPolicy) in snake case. See
        U(https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_MixedInstancesPolicy.html).
      - C(instance_types), a list of types, may stand for C(launch_template.overrides).
      - The instance profile of another launch template that an override names must be there and hold a role.
      - The launch template and its version are filled in. An empty dictionary goes back to one instance type.
      - What the policy leaves out is left as it is, but C(overrides) are declared whole, each with all it says.
    type: dict
  auto_scaling_group:
    description:
      - Any further member of the Auto Scaling API's C(CreateAutoScalingGroup) in snake case, for example
        C(capacity_rebalance), C(default_instance_warmup), C(instance_maintenance_policy), C(traffic_sources). See
        U(https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html).
      - AWS tells load balancers and target groups among the C(traffic_sources), too. Those that O(load_balancers) or
        O(target_group_arns) declares are not for C(traffic_sources) to say, and are left alone by it.
      - C(lifecycle_hook_specification_list) and C(operator), which AWS takes at creation only and never tells again, have no effect on a group
        that is there. C(skip_zonal_shift_validation), which AWS never tells either, goes along with a change of
        C(availability_zone_impairment_policy) and with traffic sources that are attached.
      - C(instance_id) is refused, as the group launches from what is declared. O(launch_configuration) takes one.
      - A member that the installed botocore does not know is refused, with a version that does where one is known to this
        collection, or else with the closest member.
    type: dict
    default: {}
  tags:
    description:
      - Tags of the group. Each element is a dictionary of keys and values, and may hold C(propagate_at_launch), a boolean,
        V(true) by default, which says whether new instances get these tags too.
      - When not given, tags are left as they are.
    type: list
    elements: dict
  purge_tags:
    description:
      - Whether tags not in O(tags) are removed from the group, if O(tags) is given.
    type: bool
    default: false
  adopt:
    description:
      - Whether a launch template that is there and that this module did not make is taken over.
      - Otherwise a change or the deletion of such a template is refused, with what differs. One that is as declared is taken as it
        is.
      - The module knows its own templates by the tag V(passrole.ec2), which it sets when it makes or adopts one.
      - Also whether O(state=absent) deletes a group whose tags tell that something else keeps it, such as a CloudFormation stack, an
        EKS cluster or an Elastic Beanstalk environment. Otherwise that is refused.
    type: bool
    default: false
  vet:
    description:
      - Whether EC2 judges the launch template before anything is done, changed or not, by C(RunInstances) with C(DryRun). What it
        would not launch is refused in its own words, be it the image, the type, a security group, the profile or a permission.
      - The declared data are judged, in the group's first subnet, with the type and image of the first override of its
        O(mixed_instances_policy), also where that names a template of its own. Without a group they are judged in the subnet they name, or else
        in the default VPC.
      - The profile is left out of the judgement where a task in O(builds_on) made it, or where IAM knows it and EC2 does not yet.
      - Instance types that are left to C(instance_requirements) cannot be judged so; the task then warns.
    type: bool
    default: false
  force_delete:
    description:
      - Whether instances are ended at once with what is deleted, a warm pool or the group of O(state=absent), whatever their
        lifecycle hooks or their protection from scale in say.
    type: bool
    default: false
  complete_lifecycle_actions:
    description:
      - Whether O(state=absent) completes the actions for which lifecycle hooks hold the instances of the group, those that wait
        already included, rather than to leave it to whoever owns the hooks.
      - AWS completes them when the hooks are removed. Terminations go on, and launches are abandoned. What the hooks are there to
        save from an ending instance is not waited for. A warm pool is taken away by force, with the actions of its instances.
      - With O(force_delete), no action holds an instance anyway.
    type: bool
    default: false
  force_delete_launch_template:
    description:
      - Whether O(state=absent) deletes the launch template, whichever groups still launch from it. They launch nothing any more then.
      - Unless it does, the task looks through the groups of the region before anything is written, the overrides of their mixed
        instances policies included, and is refused when one other than O(name) names the template in any of its versions.
      - Instances that were launched from a template need it no more, and do not count. Fleets of EC2 are not looked at.
      - AWS itself deletes no launch configuration that a group launches from, and no option makes it.
    type: bool
    default: false
  rollout:
    description:
      - How a change reaches the instances that run already. Those in a warm pool are instances as well.
      - An instance is behind when the data that it was launched with, or the instance profile that it carries now, are not as declared. The
        data count and not the number of their version, and profiles are compared by their ids.
      - When not given, running instances stay, and RV(rollout) lists those that are behind as far as that is seen without asking more of AWS.
    type: dict
    suboptions:
      strategy:
        description:
          - With V(none), running instances stay as they are. The result lists those that are behind, and in what.
          - With V(associate), EC2 swaps the instance profile of running instances in place. No instance is replaced.
          - With V(refresh), Auto Scaling replaces instances by an instance refresh. It is given the new launch source as its desired
            configuration, and gives it to the group itself once all are replaced, so that it can roll back till then. Instances
            that only carry another profile than their version says are given theirs in place.
        type: str
        choices: [none, associate, refresh]
        default: none
      when_more_differs:
        description:
          - What O(rollout.strategy=associate) does when more than the profile differs. V(refuse) refuses before anything is written,
            V(refresh) replaces the instances.
        type: str
        choices: [refuse, refresh]
        default: refuse
      when_under_way:
        description:
          - What to do when another instance refresh of the group goes on, which is looked for before the template is touched. One that
            brings what is declared is joined and seen through; any other is refused, cancelled, or waited for.
        type: str
        choices: [refuse, cancel, wait]
        default: refuse
      ignore:
        description:
          - Differences for which no instance is replaced, if there are no others. The group launches with them from then on.
        type: list
        elements: str
        choices: [tag_specifications, user_data]
        default: []
      batch_size:
        description:
          - How many instances O(rollout.strategy=associate) gives their profile before it waits until they carry it.
        type: int
        default: 10
      max_batches:
        description:
          - After how many batches O(rollout.strategy=associate) stops. The other instances stay behind until a later run.
        type: int
      refresh_strategy:
        description:
          - How an instance refresh updates instances. V(ReplaceRootVolume) takes a O(mixed_instances_policy) whose overrides all have an
            C(image_id).
        type: str
        choices: [Rolling, ReplaceRootVolume]
        default: Rolling
      preferences:
        description:
          - Preferences of the instance refresh, as the API's C(RefreshPreferences) in snake case, for example
            C(min_healthy_percentage), C(max_healthy_percentage), C(instance_warmup), C(checkpoint_percentages), C(checkpoint_delay),
            C(skip_matching), C(auto_rollback), C(alarm_specification), C(bake_time), C(scale_in_protected_instances),
            C(standby_instances). See U(https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html).
          - Unless they are said, C(min_healthy_percentage) is 100 and C(max_healthy_percentage) 110, so that instances are launched before others
            end; a group with an instance maintenance policy keeps to that.
          - C(skip_matching) and C(auto_rollback) are V(true) unless said, where AWS can do so. It cannot with a launch configuration or with
            C(instance_requirements), to which it takes no desired configuration; and it cannot roll back a version named V($Latest) or
            V($Default), or an image that a Systems Manager parameter names. The task then warns.
          - Where an instance to be replaced is in standby or protected from scale in, C(standby_instances) or C(scale_in_protected_instances)
            must be said, as AWS would else wait for an hour and then fail.
        type: dict
        default: {}
      wait:
        description:
          - Whether to wait until instances carry their profile, or the instance refresh has ended. One that fails or is rolled back fails the
            task.
        type: bool
        default: true
      wait_for:
        description:
          - What ends the wait for an instance refresh, its V(completion) or already its next V(checkpoint), at which it pauses. A later run joins it.
        type: str
        choices: [completion, checkpoint]
        default: completion
      wait_timeout:
        description:
          - Seconds to wait for an instance refresh, or for one batch of associations. An instance refresh goes on in AWS after that.
        type: int
        default: 3600
      progress:
        description:
          - What the controller prints while it waits. V(changes) prints a line whenever something has moved, for example
            C(2 of 5 replaced), V(always) at each look, V(none) nothing. Where the task's output is not text for people, as with a
            callback that writes JSON, nothing is printed either.
        type: str
        choices: [none, changes, always]
        default: changes
      hand_over:
        description:
          - Whether the module ends as soon as AWS goes on by itself, and returns RV(handed_over) for whoever waits in its place. The action plugin
            of the same name sets it, and looks at the progress with M(passrole.ec2.asg_launch_with_profile_info); a playbook needs it to wait otherwise.
        type: bool
        default: false
      instance_refresh_id:
        description:
          - An instance refresh that was handed over and has been waited for. The module begins no other, but sees this one to its end, fails
            if that is not success, and does what comes after it. It is refused where the group is not there any more.
        type: str
      verify:
        description:
          - Whether to see in the end that each instance of the group carries the instance profile, by its id. Late ones are waited for, and
            those that do not are named.
        type: bool
        default: false
  wait_for_instances:
    description:
      - Whether to wait until the group has its desired capacity in service, and healthy behind its load balancers where
        O(health_check_type) has C(ELB) or C(VPC_LATTICE), however they are declared. Instances in standby are not waited for.
      - A launch that fails for a reason that time does not mend ends the wait at once, with AWS's own words. A profile that
        EC2 does not know yet, or a lack of capacity, is waited out.
      - A group that is short of its capacity is waited for even when nothing else is to be done.
      - With V(false), a new group whose instance profile a task in O(builds_on) has just made or changed is seen as far as its
        first launch, since AWS may take the group and not yet its launches. What else that launch fails for is a warning.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait for AWS to show a change of the group, for its instances to come into service, and for them to end
        before it is deleted; V(0) looks once.
      - Beside that, a call that AWS refuses because it has not heard yet of a thing that is known to be there is made again for
        at most two minutes, as RV(waited) tells. What is not there is refused at once.
    type: int
    default: 300
  state:
    description:
      - V(present) keeps the launch template and the group as declared.
      - V(absent) takes the warm pool away, scales the group to no instances, waits until they are gone, as long as their
        lifecycle hooks take and O(wait_timeout) allows, unless O(complete_lifecycle_actions) ends that, deletes the group, waits until it is gone,
        and deletes its launch template, or if O(launch_configuration) is given, that and those of its name that are older.
    type: str
    choices: [present, absent]
    default: present
attributes:
  action:
    description: An action plugin of the same name shows how far a O(rollout) is while the task waits for it, as O(rollout.progress) says.
    support: full
  async:
    description: With C(async), the module waits by itself, and nothing is shown meanwhile.
    support: full
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - passrole.ec2.attributes
  - passrole.ec2.builds_on
  - passrole.ec2.fleet
  - passrole.ec2.preflight
  - passrole.ec2.pace
seealso:
  - module: passrole.ec2.iam_instance_profile
  - module: passrole.ec2.iam_ec2_role
"""

EXAMPLES = r"""
- name: Give every web server its credentials
  passrole.ec2.asg_launch_with_profile:
    name: web
    instance_profile: web
    launch_template:
      image_id: ami-01e24be29428c15b2
      instance_type: t3.micro
      security_group_ids: [sg-0123456789abcdef0]
    min_size: 2
    max_size: 6
    vpc_zone_identifier: [subnet-0a1b2c3d, subnet-4e5f6a7b]

- name: Keep a launch template that carries a profile, with no group
  passrole.ec2.asg_launch_with_profile:
    instance_profile: my-instance-profile
    launch_template:
      name: my-lt-with-instance-profile
      version_description: version1
      image_id: ami-01e24be29428c15b2
      instance_type: t2.micro

- name: Follow the newest Amazon Linux version by version, five of them kept, each judged by EC2 beforehand
  passrole.ec2.asg_launch_with_profile:
    name: web
    instance_profile: web
    launch_template:
      image_ssm_parameter: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64
      instance_type: t3.micro
      keep_versions: 5
    vet: true

- name: Take over a launch template that something else made
  passrole.ec2.asg_launch_with_profile:
    instance_profile: web
    launch_template: {name: web, image_id: ami-01e24be29428c15b2, instance_type: t3.micro}
    adopt: true

- name: Change the size of a group and nothing else about it
  passrole.ec2.asg_launch_with_profile:
    name: web
    launch_template: {source_version: latest}
    max_size: 12

- name: Require IMDSv2 of what a group launches, whoever made its launch template, and leave the rest as it is
  passrole.ec2.asg_launch_with_profile:
    name: web
    launch_template:
      name: web-template
      source_version: latest
      metadata_options: {http_tokens: required}
    adopt: true

- name: Move a group off its launch configuration, user data and all
  passrole.ec2.asg_launch_with_profile:
    name: legacy
    launch_template: {source_launch_configuration: legacy-2019}

- name: Launch from a launch configuration, in an account that still may
  passrole.ec2.asg_launch_with_profile:
    name: legacy
    instance_profile: my-instance-profile
    launch_configuration:
      name: my-lc-with-instance-profile
      image_id: ami-01e24be29428c15b2
      instance_type: t2.micro
    min_size: 1
    max_size: 2
    vpc_zone_identifier: [subnet-0a1b2c3d]

- name: Scale with the load, be small at night, and drain instances before they end
  passrole.ec2.asg_launch_with_profile:
    name: web
    instance_profile: web
    launch_template:
      image_id: ami-01e24be29428c15b2
      instance_type: t3.micro
      security_group_ids: [sg-0123456789abcdef0]
    scaling_policies:
      - policy_name: cpu
        policy_type: TargetTrackingScaling
        target_tracking_configuration:
          predefined_metric_specification: {predefined_metric_type: ASGAverageCPUUtilization}
          target_value: 50
    scheduled_actions:
      - {scheduled_action_name: night, recurrence: "0 22 * * *", time_zone: Europe/Berlin, min_size: 1, max_size: 2}
      - {scheduled_action_name: day, recurrence: "0 6 * * *", time_zone: Europe/Berlin, min_size: 2, max_size: 12}
    lifecycle_hooks:
      - lifecycle_hook_name: drain
        lifecycle_transition: autoscaling:EC2_INSTANCE_TERMINATING
        heartbeat_timeout: 300
        default_result: CONTINUE
    notification_topic: arn:aws:sns:eu-west-1:123456789012:web
    metrics_collection: true

- name: Bring a change to the running instances, one tenth more of them at a time, with a way back, and see it arrive
  passrole.ec2.asg_launch_with_profile:
    name: web
    instance_profile: web
    launch_template: {image_id: ami-01e24be29428c15b2, instance_type: t3.micro}
    rollout:
      strategy: refresh
      verify: true
      preferences:
        checkpoint_percentages: [20, 100]
        checkpoint_delay: 600
        alarm_specification: {alarms: [web-errors]}

- name: Give running instances another profile, and replace none
  passrole.ec2.asg_launch_with_profile:
    name: web
    instance_profile: web-2
    launch_template: {image_id: ami-01e24be29428c15b2, instance_type: t3.micro}
    rollout: {strategy: associate, verify: true}

- name: Delete the group with its instances, and its launch template
  passrole.ec2.asg_launch_with_profile:
    name: web
    state: absent

- name: Keep the groups of all applications in one task
  passrole.ec2.asg_launch_with_profile:
    fleet:
      - name: web
        instance_profile: web
        launch_template: {image_id: ami-0123456789abcdef0, instance_type: t3.micro}
        min_size: 2
        max_size: 4
      - name: batch
        instance_profile: batch
        launch_template: {image_id: ami-0123456789abcdef0, instance_type: m7i.large}
        min_size: 0
        max_size: 10
    max_changes: 20%
    max_fail_percentage: 10
"""

RETURN = r"""
launch_template:
  description: The launch template; V(none) when it is gone.
  returned: success, unless O(launch_configuration) is given
  type: dict
  contains:
    launch_template_id:
      description: Id of the launch template.
      returned: when the template is there
      type: str
      sample: lt-0123456789abcdef0
    launch_template_name:
      description: Name of the launch template.
      returned: when the template is there
      type: str
      sample: web
    version_number:
      description: Number of the version that has the declared data.
      returned: when the template is there
      type: int
      sample: 3
    default_version_number:
      description: Number of the template's default version.
      returned: when the template is there
      type: int
      sample: 3
    instance_profile:
      description: Name of the instance profile that the version carries.
      returned: when the template is there
      type: str
      sample: web
    image_id:
      description: Id of the image that instances launch with now, also where a Systems Manager parameter names it.
      returned: when the template is there
      type: str
      sample: ami-01e24be29428c15b2
launch_configuration:
  description: The launch configuration; V(none) when it is gone.
  returned: success, when O(launch_configuration) is given
  type: dict
  contains:
    launch_configuration_name:
      description: Name of the launch configuration that has the declared data.
      returned: when the configuration is there
      type: str
      sample: my-lc-with-instance-profile-0a1b2c3d4e5f
    instance_profile:
      description: Name of the instance profile that it carries.
      returned: when the configuration is there
      type: str
      sample: my-instance-profile
auto_scaling_group:
  description:
    - The group as C(DescribeAutoScalingGroups) tells it, in snake case; V(none) when it is gone.
    - In check mode, what is known of it. See
      U(https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html).
  returned: success, when O(name) is given
  type: dict
  sample:
    auto_scaling_group_name: web
    min_size: 2
    max_size: 6
    launch_template: {launch_template_id: lt-0123456789abcdef0, launch_template_name: web, version: "3"}
    instances: [{instance_id: i-0123456789abcdef0, lifecycle_state: InService, health_status: Healthy}]
rollout:
  description: What becomes of the instances that ran before. In check mode the same, as far as it is known.
  returned: success, when the group was there before
  type: dict
  contains:
    strategy:
      description: What was done about them, V(none), V(associate) or V(refresh).
      returned: always
      type: str
      sample: refresh
    behind:
      description: The instances that do not run with what is declared once the task is done.
      returned: always
      type: list
      elements: dict
      contains:
        instance_id:
          description: Id of the instance.
          returned: always
          type: str
          sample: i-0123456789abcdef0
        lifecycle_state:
          description: Its state in the group or in the warm pool.
          returned: always
          type: str
          sample: InService
        launched_from:
          description: The version of the launch template, or the launch configuration, that it was launched from.
          returned: always
          type: str
          sample: version 2
        instance_profile:
          description: Name of the instance profile that it carries; V(none) where it carries none, or it was not looked.
          returned: always
          type: str
          sample: web
        differs:
          description: In which members it is not as declared; C(launch_template) where it was launched from another, or nobody knows the data any more.
          returned: always
          type: list
          elements: str
          sample: [instance_type]
    replaced:
      description: Ids of the instances that are replaced, in batches of as many as go at a time. AWS chooses the order.
      returned: when O(rollout.strategy=refresh) replaces instances
      type: list
      elements: list
      sample: [[i-0123456789abcdef0], [i-0fedcba9876543210]]
    associated:
      description: Ids of the instances that are given the instance profile in place, in batches.
      returned: with O(rollout.strategy=associate) and O(rollout.strategy=refresh)
      type: list
      elements: list
      sample: [[i-0123456789abcdef0, i-0fedcba9876543210]]
    joined:
      description: Id of the instance refresh that went on already and brings what is declared.
      returned: when there was one
      type: str
      sample: 08b91cf7-8fa6-48af-b6a6-d227f40f1b9b
    instance_refresh:
      description:
        - The instance refresh as C(DescribeInstanceRefreshes) tells it in the end, in snake case; its id alone when it was not waited for.
        - In check mode it is not known.
      returned: when one is started or joined
      type: dict
      sample: {instance_refresh_id: 08b91cf7-8fa6-48af-b6a6-d227f40f1b9b, status: Successful, percentage_complete: 100, instances_to_update: 0}
handed_over:
  description: What the caller is to wait for, before it runs the task again.
  returned: when O(rollout.hand_over=true) and something is to be waited for
  type: dict
  contains:
    instance_refresh_id:
      description: Id of the instance refresh.
      returned: when it is one
      type: str
      sample: 08b91cf7-8fa6-48af-b6a6-d227f40f1b9b
    until:
      description:
        - Till when. V(end) is that of a refresh which is in the way, after which the task is run again as it was. After V(completion) or V(checkpoint) it
          is run with O(rollout.instance_refresh_id).
      returned: when it is an instance refresh
      type: str
      sample: completion
    associated:
      description: How many instances carry their instance profile by now, after which the task is run again as it was.
      returned: when a batch of instances was associated, and there are more
      type: int
      sample: 10
    of:
      description: How many instances are to be associated in all.
      returned: when a batch of instances was associated, and there are more
      type: int
      sample: 25
plan:
  description: What was done, or in check mode would be done, in order.
  returned: success, without O(fleet)
  type: list
  elements: str
  sample: ["create launch template web with instance profile web", "create group web of 2 to 6 instances"]
permissions:
  description: IAM permissions that this task needs, for its reads and for its plan.
  returned: success
  type: list
  elements: str
  sample: ["autoscaling:CreateAutoScalingGroup", "ec2:CreateLaunchTemplate", "ec2:RunInstances", "iam:PassRole"]
policy:
  description:
    - The policy document that allows this task, and nothing else, in check mode and in the real run alike.
    - Its resources are those that the task names, with any account's number unless O(preflight) asked for it.
    - C(iam:PassRole) is allowed on the role alone, and to EC2.
    - The filter P(passrole.ec2.merged_policy#filter) makes one document of those of several tasks.
    - With O(fleet), V(null) where it would have more than the 6,144 characters that IAM takes for a managed policy.
  returned: success
  type: dict
  sample:
    Version: "2012-10-17"
    Statement:
      - Sid: PassRole
        Effect: Allow
        Action: ["iam:PassRole"]
        Resource: ["arn:aws:iam::*:role/*/web-server", "arn:aws:iam::*:role/web-server"]
        Condition: {StringEquals: {"iam:PassedToService": [ec2.amazonaws.com]}}
policy_to_add:
  description: A policy document with the statements that allow what was denied.
  returned: when AWS denies a call, or O(preflight) finds that it would, and a statement can mend that
  type: dict
  sample:
    Version: "2012-10-17"
    Statement:
      - Sid: PassRole
        Effect: Allow
        Action: ["iam:PassRole"]
        Resource: ["arn:aws:iam::123456789012:role/*/web-server", "arn:aws:iam::123456789012:role/web-server"]
        Condition: {StringEquals: {"iam:PassedToService": [ec2.amazonaws.com]}}
outcome:
  description: What later tasks may build on, by kind and name; hand the registered result over in their C(builds_on).
  returned: success
  type: dict
  sample:
    launch_template: {web: {instance_profile: web}}
    auto_scaling_group: {web: {launch_template_name: web, instance_profile: web}}
waited:
  description:
    - The steps for which AWS had to be given time, in order. News of a thing that was made a moment ago spreads late in AWS.
    - Nobody knows beforehand how long that takes, so that check mode tells nothing of it.
  returned: when a step had to wait
  type: list
  elements: dict
  contains:
    step:
      description: The step, in words.
      returned: always
      type: str
      sample: create group web of 2 to 6 instances
    reason:
      description: Why it had to wait, in AWS's latest words where AWS said any.
      returned: always
      type: str
      sample: "You must use a valid fully-formed launch template. Value (web) for parameter iamInstanceProfile.name is invalid.
        Invalid IAM Instance Profile name (ValidationError)"
    times:
      description: How often AWS was asked in vain.
      returned: always
      type: int
      sample: 4
    seconds:
      description: How many seconds of pauses were made between the attempts, in all.
      returned: always
      type: float
      sample: 3.75
done:
  description: What had been done when the task failed.
  returned: when a step of the plan fails
  type: list
  elements: str
  sample: [create launch template web with instance profile web]
not_done:
  description: What was left of the plan when the task failed.
  returned: when a step of the plan fails
  type: list
  elements: str
  sample: [create group web of 1 to 3 instances]
not_known:
  description:
    - The step that AWS gave no answer to, where a look at what is there could not tell either whether it was done.
    - A second run finds out, and finishes the work.
  returned: when the answer to a step of the plan was lost
  type: list
  elements: str
  sample: [create group web of 1 to 3 instances]
used_by:
  description: The groups that launch from the launch template, all of them.
  returned: when the task is refused because of them
  type: list
  elements: str
  sample: [group batch]
results:
  description:
    - What became of each member of O(fleet), in their order. An unchanged one is its name.
    - A changed one has beside it what a task of its own would return, save what is told of all together.
  returned: with O(fleet)
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      returned: always
      type: str
      sample: web
    changed:
      description: Whether it was changed, or in check mode would be.
      returned: when it changes or fails
      type: bool
      sample: true
    plan:
      description: What was done, or in check mode would be, in order; how many steps it has, where the result would be too long.
      returned: when it changes
      type: list
      elements: str
      sample: [create group batch of 1 to 2 instances]
    failed:
      description: Whether it was refused, or failed.
      returned: when it was
      type: bool
      sample: true
    msg:
      description: Why it failed.
      returned: when it failed
      type: str
      sample: "role: there is no role web"
    done:
      description: What had been done of it.
      returned: when it failed and something had
      type: list
      elements: str
      sample: [create group batch of 1 to 2 instances]
    not_done:
      description: What was left of its plan.
      returned: when it failed and something was
      type: list
      elements: str
      sample: []
    not_begun:
      description: What was not begun any more, as too many others had failed.
      returned: when something was not
      type: list
      elements: str
      sample: [create group batch of 1 to 2 instances]
  sample: [{name: web}, {name: batch, changed: true, plan: [create group batch of 1 to 2 instances]}]
members:
  description: How many members of O(fleet) there are of each.
  returned: with O(fleet)
  type: dict
  sample: {changed: 1, unchanged: 19, failed: 0, not_begun: 0}
summary:
  description: The same in sentences, with the plans of the first 50 that change.
  returned: with O(fleet)
  type: list
  elements: str
  sample: ["1 of 20 changed, 0 failed, 19 as declared", "batch: create group batch of 1 to 2 instances"]
stopped:
  description: Whether nothing was begun any more, as too many failed or would have changed.
  returned: with O(fleet), when the task fails
  type: bool
  sample: false
"""

from ansible_collections.passrole.ec2.plugins.module_utils.asg_launch.plan import plan
from ansible_collections.passrole.ec2.plugins.module_utils.asg_launch.task import FLEET, OPTIONS
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import run


def main():
    run(OPTIONS, plan, fleet=FLEET)


if __name__ == "__main__":
    main()
