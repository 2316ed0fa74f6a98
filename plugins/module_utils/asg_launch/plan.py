# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The launch template or configuration and the group that launches from it, as one plan. Private to this collection.

The resources do not know each other; what one needs of the other is handed over here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ..auto_scaling_group import belongings as group_belongings
from ..auto_scaling_group import observe as group_observe
from ..auto_scaling_group import plan as group_plan
from ..auto_scaling_group import state as group_state
from ..auto_scaling_group.hook_targets import refuse_missing_targets
from ..auto_scaling_group.parts import refuse_missing_companions
from ..auto_scaling_group.vocabulary import refuse_unknown_words
from ..core.aws import Aws
from ..core.earlier import Earlier
from ..core.errors import Refused
from ..core.plan import Plan
from ..core.profile_names import in_ec2_words
from ..core.timeouts import checked_timeout
from ..core.users import refuse_used, users_of_template
from ..launch_configuration import observe as configuration_observe
from ..launch_configuration import plan as configuration_plan
from ..launch_configuration import state as configuration_state
from ..launch_configuration.as_template import as_template, unsaid
from ..launch_template import observe as template_observe
from ..launch_template import plan as template_plan
from ..launch_template import state as template_state
from ..launch_template import vetting as template_vetting
from ..rollout import plan as rollout_plan
from ..rollout import state as rollout_state
from . import rolling_out

Params = Mapping[str, Any]

# The options of a group that are there when nobody says them.
UNSAID = {"auto_scaling_group": {}, "protect_running_instances": False}


def plan(params: Params, aws: Aws) -> Plan:
    """What the module's options ask for: something to launch from, and a group unless there is no name for one."""
    earlier = Earlier.from_params(params)
    refuse_group_without_name(params)
    checked_timeout(params["wait_timeout"])
    group = wanted_group(params, aws) if params["name"] else None
    rollout = rollout_state.desired(params["rollout"], aws.model("autoscaling"))
    if params["launch_configuration"] is not None:
        return plan_with_configuration(wanted_configuration(params, aws), group, rollout, aws, earlier)
    template = wanted_template(params, aws)
    if params["state"] == "absent":
        return plan_absence(template, group, aws, earlier)
    return plan_presence(template, group, rollout, aws, earlier)


def refuse_group_without_name(params: Params) -> None:
    """Without a name only what to launch from is kept; say so rather than forget half the request."""
    for option in sorted({*group_state.OPTIONS, *group_belongings.OPTIONS, "tags", "auto_scaling_group", "rollout"}):
        # An empty list is a value, and so is a zero.
        if not params["name"] and params[option] is not None and params[option] != UNSAID.get(option):
            raise Refused(f"{option}: belongs to a group; name must be given too")
    if not params["name"] and not params["launch_template"].get("name") and params["launch_configuration"] is None:
        raise Refused("launch_template.name: must be given where there is no name of a group")


def wanted_template(params: Params, aws: Aws) -> template_state.Desired:
    words = params["launch_template"]
    wanted = template_state.desired(
        words,
        name=str(words.get("name") or params["name"]),
        profile=params["instance_profile"],
        present=params["state"] == "present",
        request=aws.request("ec2", "CreateLaunchTemplate"),
        vet=params["vet"],
        adopt=params["adopt"],
    )
    return replace(wanted, force_delete=params["force_delete_launch_template"])


def wanted_configuration(params: Params, aws: Aws) -> configuration_state.Desired:
    if params["launch_template"]:
        raise Refused("launch_configuration: given beside launch_template; a group launches from one of them")
    if params["vet"]:
        raise Refused("vet: EC2 can try a launch from a launch template only, and launch_configuration is given")
    return configuration_state.desired(
        params["launch_configuration"],
        group=params["name"],
        profile=params["instance_profile"],
        present=params["state"] == "present",
        request=aws.request("autoscaling", "CreateLaunchConfiguration"),
    )


def wanted_group(params: Params, aws: Aws) -> group_state.Desired:
    belongings = group_belongings.belongings(params, aws.model("autoscaling"))
    requests = (aws.request("autoscaling", operation) for operation in ("CreateAutoScalingGroup", "UpdateAutoScalingGroup"))
    return group_state.desired(params, group_state.Declarable(*requests), belongings)


def plan_presence(
    declared: template_state.Desired, group: group_state.Desired | None, rollout: rollout_state.Desired, aws: Aws, earlier: Earlier
) -> Plan:
    """The template first, as the group launches from it; the running instances last."""
    seen = observe_template(declared, aws, earlier)
    template = template_observe.with_image(based(declared, seen, aws), aws.find)
    kept = planned = plan_template(template, seen, aws)
    course = rolling_out.NOTHING
    if group:
        source = rolling_out.of_template(template, seen, launch_from(template, seen, planned, earlier), data_shape(aws))
        planned, course = plan_rolled_out(lambda _gone: kept, group, source, rollout, aws, earlier)
        refuse_imageless(template, planned)
    # A trial launch passes the role in the profile, whatever there is to do.
    if planned or template.vet:
        planned = with_parts_there(template_observe.refuse_missing_parts, template, group, planned, aws, earlier)
    if template.vet:
        planned = planned.then(plan_vetted(template, planned, aws, earlier))
    if planned and template.unsaid:
        planned = replace(planned, warnings=(*planned.warnings, template.unsaid))
    pruned = plan_pruning(template, seen, planned, course, aws)
    refuse_foreign(template, seen, kept.then(pruned), aws)
    return planned.then(pruned)


def based(declared: template_state.Desired, seen: template_state.Observed, aws: Aws) -> template_state.Desired:
    """The same, with what is not declared taken from where the playbook says; a launch configuration that is gone has the template that was made of it."""
    name = declared.source_configuration
    if not name:
        return template_state.based(declared, seen.template)
    shape = aws.request("autoscaling", "CreateLaunchConfiguration")
    source = configuration_observe.find_configuration(name, aws.find, shape)
    if source:
        said = configuration_state.plain_words(source.data, shape)
        profile = {"IamInstanceProfile": in_ec2_words(source.data["IamInstanceProfile"])} if source.data.get("IamInstanceProfile") else {}
        data = {**template_state.declared_data(as_template(said), data_shape(aws)), **profile}
        return replace(template_state.completed_from(declared, data, f"launch configuration {name}"), unsaid=unsaid(name, said))
    if seen.template is None:
        raise Refused(f"launch_template.source_launch_configuration: there is no launch configuration {name}, and no launch template {declared.name}")
    return template_state.based(replace(declared, source_version="latest"), seen.template)


def plan_absence(
    template: template_state.Desired, group: group_state.Desired | None, aws: Aws, earlier: Earlier
) -> Plan:
    """The group first, as it launches from the template to its end."""
    seen = observe_template(template, aws, earlier)
    removed = plan_template(template, seen, aws)
    refuse_foreign(template, seen, removed, aws)
    refuse_used_template(template, seen, group, aws, earlier)
    return plan_group(group, None, aws, earlier).then(removed) if group else removed


def observe_template(want: template_state.Desired, aws: Aws, earlier: Earlier) -> template_state.Observed:
    return template_observe.observe(want, aws.find, earlier, data_shape(aws))


def plan_template(want: template_state.Desired, seen: template_state.Observed, aws: Aws) -> Plan:
    return template_plan.plan(want, seen, data_shape(aws))


def data_shape(aws: Aws) -> Any:
    return aws.request("ec2", "CreateLaunchTemplate").members["LaunchTemplateData"]


def refuse_foreign(want: template_state.Desired, seen: template_state.Observed, planned: Plan, aws: Aws) -> None:
    """Refuse to change what someone else made, unless asked to adopt it."""
    now = seen.template
    if planned and now and not want.adopt and not template_observe.is_ours(now, aws.find):
        raise template_plan.foreign(want, now, data_shape(aws))


def refuse_used_template(
    want: template_state.Desired, seen: template_state.Observed, group: group_state.Desired | None, aws: Aws, earlier: Earlier
) -> None:
    """Refuse to delete what other groups launch from; instances that were launched from it need it no more."""
    now = seen.template
    if now is None or want.force_delete:
        return
    refuse_used(
        option="state",
        thing=f"launch template {now.name}",
        users=users_of_template(now.id, now.name, group.name if group else None, aws.find, earlier, aws.region),
        harm="without it they launch nothing any more",
        way_out="Move or delete them first",
        force="force_delete_launch_template",
    )


def plan_vetted(want: template_state.Desired, planned: Plan, aws: Aws, earlier: Earlier) -> Plan:
    """No step, as EC2 is asked for its judgement before the first of them."""
    group_after = planned.after.get("auto_scaling_group", {})
    warnings = template_vetting.refuse_unlaunchable(want, group_after, aws.find, earlier)
    return Plan(before=None, after=None, warnings=warnings)


def plan_pruning(
    want: template_state.Desired, seen: template_state.Observed, planned: Plan, course: rollout_plan.Course, aws: Aws
) -> Plan:
    """What may go of the template's versions, once the group launches from where it is going to; till then it may have to go back."""
    now = seen.template
    if not template_plan.surplus(want, now):
        return Plan(before=None, after=None)
    group_after = {} if course.unfinished else planned.after.get("auto_scaling_group", {})
    used = template_observe.find_used(now, aws.find, group_after, aws.model("autoscaling").shape_for("AutoScalingGroup"), course.gone)
    return template_plan.pruning(want, now, used)


def plan_rolled_out(
    launched: Callable[[Sequence[str]], Plan],
    group: group_state.Desired,
    source: rolling_out.LaunchSource,
    rollout: rollout_state.Desired,
    aws: Aws,
    earlier: Earlier,
    cleared: Callable[[Sequence[str]], Plan] = lambda _gone: Plan(None, None),
) -> tuple[Plan, rollout_plan.Course]:
    """What is launched from, the group, and what becomes of its running instances; a rollout that is in the way goes before all.

    What is ``launched`` from, and what is ``cleared`` in the end, may depend on which instances are gone by then.
    """
    seen = observe_group(group, aws, earlier)
    course = rolling_out.course(rollout, group, seen.group, source, aws)
    planned = decide_group(group, seen, source.launch, aws, rolling_out.course_of_group(course))
    first = Plan(before=None, after=None, steps=course.first, looks=tuple(rolling_out.looks(rollout, source)))
    rolled_out = rolling_out.added(course, rollout, group, aws.model("autoscaling"))
    return first.then(launched(course.gone)).then(with_freed(planned, group, course)).then(rolled_out).then(cleared(course.gone)), course


def with_freed(planned: Plan, group: group_state.Desired, course: rollout_plan.Course) -> Plan:
    """The same, telling later tasks which instances no longer carry what they carried."""
    facts = planned.outcome["auto_scaling_group"][group.name]
    return replace(planned, outcome={"auto_scaling_group": {group.name: {**facts, "freed": list(course.freed)}}}) if course.freed else planned


def plan_group(want: group_state.Desired, launch: group_state.Launch | None, aws: Aws, earlier: Earlier) -> Plan:
    return decide_group(want, observe_group(want, aws, earlier), launch, aws, group_plan.ITSELF)


def observe_group(want: group_state.Desired, aws: Aws, earlier: Earlier) -> group_state.Observed:
    return group_observe.observe(want, aws.find, earlier, aws.request("autoscaling", "CreateAutoScalingGroup"))


def decide_group(
    want: group_state.Desired, seen: group_state.Observed, launch: group_state.Launch | None, aws: Aws, course: group_plan.Course
) -> Plan:
    planned = group_plan.plan(want, seen, launch, aws.model("autoscaling").shape_for("AutoScalingGroup"), course)
    refuse_unknown_words(planned, aws.find)
    return planned


def plan_with_configuration(
    declared: configuration_state.Desired, group: group_state.Desired | None, rollout: rollout_state.Desired, aws: Aws, earlier: Earlier
) -> Plan:
    """As with a template; but what a group moved away from is deleted after the move."""
    shape = aws.request("autoscaling", "CreateLaunchConfiguration")
    seen = configuration_observe.observe(declared, aws.find, earlier, shape)
    want = configuration_state.based(declared, seen.line)
    if not want.present:
        removed = configuration_plan.absence(want, seen, shape)
        return plan_group(group, None, aws, earlier).then(removed) if group else removed
    made, cleared = (partial(decide, want, seen) for decide in (partial(configuration_plan.plan, shape=shape), configuration_plan.clearing))
    if group:
        source = rolling_out.of_configuration(want, configuration_to_launch(made(), earlier), seen.line, shape)
        planned, _course = plan_rolled_out(lambda gone: made(freed=gone), group, source, rollout, aws, earlier, lambda gone: cleared(freed=gone))
    else:
        planned = made().then(cleared())
    if planned:
        planned = with_parts_there(configuration_observe.refuse_missing_parts, want, group, planned, aws, earlier)
    return planned


def configuration_to_launch(planned: Plan, earlier: Earlier) -> group_state.FromConfiguration:
    told = planned.result["launch_configuration"]
    fresh = earlier.is_fresh("instance_profile", told["instance_profile"])
    return group_state.FromConfiguration(told["launch_configuration_name"], profile=told["instance_profile"], fresh=fresh)


def launch_from(want: template_state.Desired, seen: template_state.Observed, planned: Plan, earlier: Earlier) -> group_state.Launch:
    """How the group launches from the planned template: by the number of its version unless asked otherwise."""
    told = planned.result["launch_template"]
    data = template_plan.launched_data(want, seen.template)
    profile = template_state.profile_of(data)
    return group_state.FromTemplate(
        template_id=told["launch_template_id"],
        version=told["version_number"] if want.launch_version == "pinned" else want.launch_version,
        data=data,
        name=want.name,
        profile=profile,
        fresh=earlier.is_fresh("instance_profile", profile or ""),
    )


def refuse_imageless(template: template_state.Desired, planned: Plan) -> None:
    """Refuse what launches nothing; the overrides of a mixed instances policy may name images of their own."""
    if not template.data.get("ImageId") and not planned.after["auto_scaling_group"].get("mixed_instances_policy"):
        raise Refused("launch_template.image_id: must be given for a group to launch from the template")


def with_parts_there(
    of_launch: Callable[..., None], want: Any, group: group_state.Desired | None, planned: Plan, aws: Aws, earlier: Earlier
) -> Plan:
    """The same, once it is seen that what it relies on is there; who may not look is warned. An unchanged declaration is not looked through."""
    of_launch(want, aws.find, earlier)
    if group is None:
        return planned
    group_observe.refuse_missing_subnets(group, aws.find)
    unseen = (*refuse_missing_targets(group, planned, aws.find, earlier), *refuse_missing_companions(group, planned, aws.find))
    named = group_state.overriding(planned.after["auto_scaling_group"], own=want.name)
    others = [template_observe.usable_data_of(template, path, aws.find, earlier) for path, template in named]
    return replace(group_plan.judged_with(planned, others), warnings=(*planned.warnings, *unseen))
