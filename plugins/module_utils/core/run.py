# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one road from module parameters to Ansible's result. Private to this collection."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.parameters import remove_values
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .aws import CONNECTIONS, Aws
from .chain import FleetRefused, Stage, run_chain, run_single
from .denials import explained
from .earlier import BUILDS_ON, Earlier
from .errors import ChainFailed, PassroleError, Refused
from .fleet import Course, Kind, Member, Way
from .fleet_results import details, failure, refusal_of, result_of, result_of_single
from .gate import Gate
from .one import MakePlan, one
from .output_file import check_append_path, check_output_path, write_private_file
from .pace import MAX_CALLS_PER_SECOND, checked_pace
from .pool import CONCURRENCY, checked_concurrency
from .preflight import PREFLIGHT
from .progress import Progress
from .secrets import secrets
from .spec import Spec, sayable

Result = tuple[dict[str, Any], tuple[str, ...]]

OF_MANY = ("fleet", "findings")
SHARED = {"builds_on": BUILDS_ON, "preflight": PREFLIGHT}
OF_FLEET = {
    "fleet": {"type": "list", "elements": "dict"},
    "max_changes": {"type": "str"},
    "max_fail_percentage": {"type": "float"},
    "concurrency": CONCURRENCY,
    "details": {"type": "str", "choices": ["changed", "all"], "default": "changed"},
    "details_path": {"type": "path"},
    "progress_path": {"type": "path"},
}


class DiscreetModule(AnsibleModule):
    """An Ansible module that knows the secrets inside free-form options before it logs its invocation or returns a result."""

    def _load_params(self) -> None:
        """Ansible falls over some values that it has no words for; given as a text, it says of what kind they are not."""
        super()._load_params()
        self.params = sayable(self.params, {"options": self.argument_spec})

    def _return_formatted(self, kwargs: dict[str, Any]) -> None:
        """Also what is refused before anything is logged comes out here, with all options beside it."""
        if is_long(self.params):
            # The options of many may be longer than what AWX shows of a result.
            kwargs["invocation"] = {"module_args": in_short(self.params)}
            self.masked(kwargs)
        else:
            self.no_log_values.update(secrets(self.params))
        super()._return_formatted(kwargs)

    def _log_invocation(self) -> None:
        said, shown = self.params, in_short(self.params)
        self.no_log_values.update(secrets(shown))
        # The log is made of each option's repr, in which a text of several lines is no longer the secret that is looked for.
        self.params = remove_values(shown, self.no_log_values)
        super()._log_invocation()
        self.params = said

    def masked(self, value: Any) -> Any:
        """The same without secrets. Of those that a fleet has, only those are looked for in each text that are somewhere in it."""
        whole = "\0".join(texts(value))
        self.no_log_values.update(one for one in set(secrets(self.params)) if one in whole)
        return remove_values(value, self.no_log_values)


def texts(value: Any) -> Iterator[str]:
    """All that is said in a value, its keys too."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts(item)
    else:
        yield str(value)


def in_short(params: Mapping[str, Any]) -> dict[str, Any]:
    """The options with no more of many, and of what earlier tasks told, than how many there are."""
    if not is_long(params):
        return dict(params)
    long = {name: f"{len(params[name])} given" for name in (*OF_MANY, "builds_on") if params.get(name)}
    return {**params, **long}


def is_long(params: Mapping[str, Any]) -> bool:
    """Whether a task is for many."""
    return any(isinstance(params.get(name), list) for name in OF_MANY)


# AnsibleAWSModule reads its module class from here, whatever its caller passes.
AnsibleAWSModule.default_settings["module_class"] = DiscreetModule


def run(options: dict[str, Any], make_plan: MakePlan, fleet: Kind | None = None, **rules: Any) -> NoReturn:
    """Plan; apply unless in check mode; report. A module that has a ``fleet`` does so for one resource, or for many."""
    if fleet is None:
        module = opened({**options, **SHARED}, **rules)
    else:
        module = opened({**once_or_many(options), **SHARED}, required_one_of=once_or_in_fleet(options), mutually_exclusive=list(fleet.not_together))
    if module.params.get("fleet") is None:
        work = partial(one, make_plan=make_plan)
    else:
        work = partial(many, module, [Stage(fleet, Spec(fleet).read, lambda said, _briefs: said)], named_by_themselves)
    carry_out(module, lambda dry: work(alone(module.params, options), aws=door(module), dry=dry))


def run_stages(
    options: dict[str, Any], stages: Callable[[dict[str, Any], Callable[[Kind], Any]], Sequence[Stage]], members: Callable[[dict[str, Any]], list[Member]]
) -> NoReturn:
    """The same for a fleet alone, each of which is several resources that build on each other."""
    module = opened({**OF_FLEET, **options, **SHARED})
    read = stages(module.params, lambda kind: Spec(kind).read)
    carry_out(module, lambda dry: many(module, read, members, module.params, door(module), dry))


def run_single_chain(
    options: dict[str, Any],
    stages: Callable[[dict[str, Any], Callable[[Kind], Any]], Sequence[Stage]],
    member: Callable[[dict[str, Any]], Member],
    rename: Callable[[str, int | None, dict[str, Any]], str],
) -> NoReturn:
    """The same for one, whose result is that of a single task; ``rename`` names an option in a refusal as the user does."""
    module = opened({**options, **SHARED})
    params = module.params
    read = stages(params, lambda kind: Spec(kind).read)
    carry_out(module, lambda dry: single(member(params), read, params, door(module), dry, rename))


def single(
    member: Member,
    stages: Sequence[Stage],
    params: dict[str, Any],
    aws: Aws,
    dry: bool,
    rename: Callable[[str, int | None, dict[str, Any]], str],
) -> Result:
    gate = Gate.from_params({**params, "max_fail_percentage": None})
    way = Way(aws, earlier=Earlier.from_params(params), gate=gate, preflight=params["preflight"], whole=True)
    try:
        one, together, warnings = run_single(member, stages, way, dry)
    except FleetRefused as refusal:
        raise Refused(f"{params['variable_prefix']}{refusal}") from refusal
    if one.error:
        told = {word: value for word, value in failure(one.joined(dry), dry).items() if word not in ("name", "failed")}
        raise ChainFailed(rename(str(one.error), one.failed_stage, params), told)
    own = dict.fromkeys(warning for course in one.courses.values() for warning in course.warnings)
    return result_of_single(one, [stage.name for stage in stages], together, dry), (*warnings, *own)


def carry_out(module: AnsibleAWSModule, work: Callable[[bool], Result]) -> NoReturn:
    conclude(module, lambda: work(module.check_mode))


def tell(options: dict[str, Any], read: Callable[[dict[str, Any], Aws], dict[str, Any]], **rules: Any) -> NoReturn:
    """Read, and report what was read; nothing changes, in check mode or not."""
    module = opened(options, **rules)
    conclude(module, lambda: (told(module.params, read, door(module)), ()))


def tell_or_write(options: dict[str, Any], read: Callable[[dict[str, Any], Aws], Result], kept: Sequence[str], **rules: Any) -> NoReturn:
    """The same for what may be too long for a result: where ``report_path`` is given, the whole goes there, and the result has no more than what is kept."""
    module = opened({**options, "report_path": {"type": "path"}}, **rules)
    conclude(module, lambda: whole_or_kept(module, read, kept))


def whole_or_kept(module: AnsibleAWSModule, read: Callable[[dict[str, Any], Aws], Result], kept: Sequence[str]) -> Result:
    path = module.params["report_path"]
    check_output_path(path, "report_path")
    whole, warnings = explaining(lambda aws: read(module.params, aws), door(module))
    if path is None or not write_json(module, path, "report_path", whole):
        return {"changed": False, **whole}, warnings
    return {"changed": False, "report_path": path, **{name: whole[name] for name in kept}}, warnings


def once_or_many(options: Mapping[str, Any]) -> dict[str, Any]:
    """The same, with nothing required that the members of a fleet give."""
    return {**{name: {word: value for word, value in option.items() if word != "required"} for name, option in options.items()}, **OF_FLEET}


def once_or_in_fleet(options: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, "fleet") for name, option in options.items() if option.get("required")]


def opened(options: dict[str, Any], **rules: Any) -> AnsibleAWSModule:
    return AnsibleAWSModule(argument_spec={**options, "max_calls_per_second": MAX_CALLS_PER_SECOND}, supports_check_mode=True, **rules)


def door(module: AnsibleAWSModule) -> Aws:
    connections = max(CONNECTIONS, checked_concurrency(module.params.get("concurrency", 1)))
    return Aws(module, per_second=checked_pace(module.params["max_calls_per_second"]), connections=connections)


def alone(params: dict[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a task, be they for one resource or for a fleet; neither makes sense for the other."""
    if params.get("fleet") is None:
        for name, option in OF_FLEET.items():
            if name in params and params[name] not in ("", None, option.get("default")) and name != "progress_path":
                raise Refused(f"{name}: belongs to a fleet; fleet must be given too")
        return params
    for name, option in options.items():
        if params[name] not in (None, option.get("default")):
            raise Refused(f"{name}: given beside fleet; give it in each member that it is for")
    return params


def many(
    module: AnsibleAWSModule, stages: Sequence[Stage], members: Callable[[dict[str, Any]], list[Member]], params: dict[str, Any], aws: Aws, dry: bool
) -> Result:
    """The fleet's result; its details are written where they are asked for, whatever became of it."""
    way = way_of(params, aws)
    check_output_path(params["details_path"], "details_path")
    check_append_path(params["progress_path"], "progress_path")
    try:
        ended = run_chain(members(params), stages, way, dry)
    except FleetRefused as refusal:
        write_details(module, refusal.courses, dry=True)
        raise refusal_of(str(refusal), refusal.courses) from refusal
    are_missing = params["details_path"] is not None and not write_details(module, ended.courses, dry)
    return result_of(ended, every=are_missing or params["details"] == "all")


def named_by_themselves(params: Mapping[str, Any]) -> list[Member]:
    """Each member by whatever it says its name is, before anybody has read its options."""
    names = ("name", "role_name", "instance_profile_name", "group_name")
    return [Member(index, str(next((said[word] for word in names if said.get(word)), "")), dict(said)) for index, said in enumerate(params["fleet"])]


def way_of(params: Mapping[str, Any], aws: Aws) -> Way:
    return Way(
        aws,
        earlier=Earlier.from_params(params),
        gate=Gate.from_params(params),
        concurrency=checked_concurrency(params["concurrency"]),
        progress=Progress(params["progress_path"]),
        preflight=params["preflight"],
        whole=params["details_path"] is not None or params["details"] == "all",
    )


def write_details(module: AnsibleAWSModule, courses: Sequence[Course], dry: bool) -> bool:
    """Write the details if they are asked for, and return whether a file has them."""
    path = module.params["details_path"]
    return path is not None and write_json(module, path, "details_path", list(details(courses, dry)))


def write_json(module: AnsibleAWSModule, path: str, option: str, value: Any) -> bool:
    """Write the value without secrets, and return whether that was done. If not, the task warns: AWS may have been changed, and the result must say so."""
    try:
        write_private_file(path, json.dumps(module.masked(value), default=str, indent=1))
    except Exception as error:  # whatever it is, the result is not to be lost for it
        reason = getattr(error, "strerror", None) or error
        module._module.warn(f"{option}: {path} could not be written ({reason}). The result has what would be in it.")
        return False
    return True


def told(params: dict[str, Any], read: Callable[[dict[str, Any], Aws], dict[str, Any]], aws: Aws) -> dict[str, Any]:
    """What was read."""
    return {"changed": False, **explaining(lambda door: read(params, door), aws)}


def explaining(read: Callable[[Aws], Any], aws: Aws) -> Any:
    """What is read; a denial of it is explained."""
    try:
        return read(aws)
    except PassroleError as error:
        raise explained(error, (), aws.known, aws.call) from error


def conclude(module: AnsibleAWSModule, work: Callable[[], Result]) -> NoReturn:
    try:
        result, warnings = work()
    except PassroleError as error:
        module.fail_json(**error.as_result())
    for warning in warnings:
        # Not by AnsibleAWSModule's own, which returns them a second time in a way that newer cores complain of.
        module._module.warn(warning)
    module.exit_json(**result)
