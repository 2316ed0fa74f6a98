# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A refusal in the words of the service that is called.

IAM user guide, troubleshoot_access-denied (why a call is denied); EC2's and Auto Scaling's own forms as the tests tell of them.
"""

from __future__ import annotations

from moto.core.exceptions import ServiceException

from .encoded import encode
from .judge import ALLOWED, EXPLICIT, Question, Verdict, judge
from .questions import Asked, questions
from .requests import Request

UNAUTHORIZED = "You are not authorized to perform this operation."
CODES = {"ec2": "UnauthorizedOperation", **dict.fromkeys(("ssm", "access-analyzer", "account", "organizations", "securityhub"), "AccessDeniedException")}
NO_LINKED_ROLE = (
    "The default Service-Linked Role for Auto Scaling could not be created. "
    "com.amazonaws.services.identitymanagement.model.AmazonIdentityManagementException: "
)


class Denied(ServiceException):
    """A refusal of any service's. moto looks for the service of an exception by its module, and moto's core is none."""


def first_denial(request: Request) -> Denied | None:
    """Why a request is refused, if it is; root's never is."""
    rights = request.caller.rights
    for asked in questions(request) if rights else ():
        verdict = judge(rights, asked.question)
        if verdict.decision != ALLOWED:
            return refusal(request, asked, verdict)
    return None


def refusal(request: Request, asked: Asked, verdict: Verdict) -> Denied:
    return Denied(*FORMS.get(asked.of, by_service)(request, asked, verdict))


def by_service(request: Request, asked: Asked, verdict: Verdict) -> tuple[str, str]:
    words = sentence(request, asked.question, verdict)
    if request.service == "ec2":
        words = f"{UNAUTHORIZED} {words}{encoded(request, asked.question, verdict)}"
    return CODES.get(request.service, "AccessDenied"), words


def sentence(request: Request, question: Question, verdict: Verdict) -> str:
    resource = f" on resource: {question.told}" if question.told else ""
    return f"User: {request.caller.arn} is not authorized to perform: {question.action}{resource} {because(question, verdict)}"


def because(question: Question, verdict: Verdict) -> str:
    article = "an" if verdict.by[0] in "aeiou" else "a"
    if verdict.decision == EXPLICIT:
        return f"with an explicit deny in {article} {verdict.by}"
    return f"because no {verdict.by} allows the {question.action} action"


def encoded(request: Request, question: Question, verdict: Verdict) -> str:
    """EC2 tells the whole story in a message that only who may decode it reads; a call judged on no resource has none."""
    return f". Encoded authorization failure message: {encode(request.caller, question, verdict)}" if question.told else ""


def of_template(_request: Request, asked: Asked, _verdict: Verdict) -> tuple[str, str]:
    """Auto Scaling does not say which permission lacks."""
    return "AccessDenied", f"You are not authorized to use launch template: {asked.about}"


def of_configuration(_request: Request, _asked: Asked, _verdict: Verdict) -> tuple[str, str]:
    return "ValidationError", UNAUTHORIZED


def of_linked_role(request: Request, asked: Asked, verdict: Verdict) -> tuple[str, str]:
    return "AccessDenied", NO_LINKED_ROLE + sentence(request, asked.question, verdict)


FORMS = {"launch": of_template, "configuration": of_configuration, "service-linked role": of_linked_role}
