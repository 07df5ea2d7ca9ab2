"""The addresses under ``/v1``. Each takes a call apart, asks the docket once, and shows what it says."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from pydantic import BaseModel

from comity import __version__
from comity.api import problems
from comity.api.calls import FILE, JSON, PDF, READ, Token, caller, commands, message, parsed, trusted
from comity.api.commands import Message
from comity.api.errors import FieldFault, NoSuchOrderError, ProblemError, UnusableBodyError
from comity.api.openapi import answer_files, body_of, described, order_body, problem_codes
from comity.api.schemas import (
    ClarificationIn,
    ExtensionIn,
    InformationIn,
    OrderOut,
    ProblemOut,
    ScrutinyIn,
    TakenOut,
    WithdrawalIn,
)
from comity.casefile.clock import Instant, InvalidInstant
from comity.docket.errors import DocketRefused

_REFERENCE = re.compile(r"[0-9a-f]{32}", re.ASCII)
_FORM = re.compile(r"[a-z0-9-]{1,32}", re.ASCII)
_ACCEPTED = 202
Body = TypeVar("Body", bound=BaseModel)


class OfficersApi(NinjaAPI):
    """Ninja, with its document completed by ours."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None) -> Any:
        """The OpenAPI document."""
        return described(super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params))


api = OfficersApi(
    title="Comity: orders",
    version=__version__,
    description="For the machines of enrolled authorities. A token comes from POST /v1/oauth/token (RFC 6749, 4.4).",
    openapi_url="/openapi.json",
    docs_url=None,
    auth=Token(),
    urls_namespace="orders",
)


@api.exception_handler(ProblemError)
def _problem(_request: HttpRequest, error: ProblemError) -> HttpResponse:
    return problems.response_of(error)


@api.exception_handler(DocketRefused)
def _refused(_request: HttpRequest, error: DocketRefused) -> HttpResponse:
    return problems.response_of(problems.from_docket(error))


def _answers(code: int, shape: type[BaseModel]) -> dict[Any, Any]:
    return {code: shape, problem_codes: ProblemOut}


@api.post(
    "/orders",
    summary="File a removal order (Article 3 of Regulation (EU) 2021/784)",
    response=_answers(202, OrderOut),
    openapi_extra=order_body(),
)
def file_order(request: HttpRequest) -> HttpResponse:
    """Take Annex I as JSON, or as a signed PDF that is the whole body. Whatever arrives is kept and given a case."""
    view = commands().receive_order(message(request, caller(request, FILE), JSON, PDF))
    response = _show(OrderOut.of(view), _ACCEPTED)
    response["Location"] = f"/v1/orders/{view.reference}"
    return response


@api.get("/orders/{ref}", summary="How an order of yours stands", response=_answers(200, OrderOut))
def read_order(request: HttpRequest, ref: str) -> HttpResponse:
    """Status, findings, deadlines, what became of each address."""
    who = trusted(request, READ)
    return _show(OrderOut.of(commands().order_status(who.authority, reference_of(ref))))


@api.get(
    "/orders/{ref}/answer",
    summary="Fetch the answer (Annex II or III); fetching it is the proof of its delivery",
    response={problem_codes: ProblemOut},
    openapi_extra=answer_files(),
)
def fetch_answer(request: HttpRequest, ref: str, form: str | None = None) -> HttpResponse:
    """The sealed PDF, or the same as JSON when the call accepts JSON before PDF; ``form`` picks one of several."""
    who = trusted(request, READ)
    if form is not None and not _FORM.fullmatch(form):
        raise NoSuchOrderError
    pdf = request.headers.get("Accept", "").partition(",")[0].partition(";")[0].strip() != JSON
    found = commands().answer(who.authority, who.client, reference_of(ref), form=form, pdf=pdf)
    response = HttpResponse(found.content, content_type=found.media_type)
    digest = base64.b64encode(hashlib.sha256(found.content).digest()).decode("ascii")
    response["Content-Digest"] = f"sha-256=:{digest}:"  # RFC 9530
    response["Comity-Entry"] = found.entry
    ending = "pdf" if found.media_type == PDF else "json"
    response["Content-Disposition"] = f'attachment; filename="{found.form}-{ref}.{ending}"'
    return response


@api.post(
    "/orders/{ref}/clarification",
    summary="Answer an Annex III: corrected fields, or that the grounds of impossibility ended",
    response=_answers(202, OrderOut),
    openapi_extra=body_of(ClarificationIn),
)
def clarify(request: HttpRequest, ref: str) -> HttpResponse:
    """The hour starts to run again when this is received (Article 3(7) and (8))."""
    taken, said = _said(request, ref, ClarificationIn)
    view = commands().clarify(ref, taken, changes=said.changes, grounds_ceased=said.grounds_ceased, note=said.note)
    return _show(OrderOut.of(view), _ACCEPTED)


@api.post(
    "/orders/{ref}/scrutiny",
    summary="The home authority's decision about an order (Article 4)",
    response=_answers(202, TakenOut),
    openapi_extra=body_of(ScrutinyIn),
)
def scrutinise(request: HttpRequest, ref: str) -> HttpResponse:
    """Where it finds an infringement the order has no legal effect any more, and the content is reinstated."""
    taken, said = _said(request, ref, ScrutinyIn)
    commands().scrutinise(ref, taken, infringement=said.infringement, reasons=said.reasons)
    return _taken(ref, taken)


@api.post(
    "/orders/{ref}/withdrawal",
    summary="Take your own order back",
    response=_answers(202, OrderOut),
    openapi_extra=body_of(WithdrawalIn),
)
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """What was disabled because of it is reinstated, unless another decision bars that."""
    taken, said = _said(request, ref, WithdrawalIn)
    return _show(OrderOut.of(commands().withdraw(ref, taken, reasons=said.reasons)), _ACCEPTED)


@api.post(
    "/orders/{ref}/non-disclosure",
    summary="Extend non-disclosure, once, by at most six weeks (Article 11(3))",
    response=_answers(202, OrderOut),
    openapi_extra=body_of(ExtensionIn),
)
def extend_silence(request: HttpRequest, ref: str) -> HttpResponse:
    """The six further weeks count as the law says from your decision, which you take before the first ones end."""
    taken, said = _said(request, ref, ExtensionIn)
    try:
        decided_at = Instant.parse(said.decided_at)
    except InvalidInstant as error:
        raise UnusableBodyError(faults=(FieldFault("decided_at", "instant", str(error)),)) from error
    return _show(OrderOut.of(commands().extend_silence(ref, taken, decided_at=decided_at)), _ACCEPTED)


@api.post(
    "/orders/{ref}/information",
    summary="Further news about an order of yours",
    response=_answers(202, TakenOut),
    openapi_extra=body_of(InformationIn),
)
def inform_about(request: HttpRequest, ref: str) -> HttpResponse:
    """For example that the order has become final (Article 3(9))."""
    taken, said = _said(request, ref, InformationIn)
    return _taken(commands().inform(taken, reference=ref, text=said.text), taken)


@api.post(
    "/information",
    summary="Procedures and deadlines, twelve hours before a first order (Article 3(2))",
    response=_answers(202, TakenOut),
    openapi_extra=body_of(InformationIn),
)
def inform_beforehand(request: HttpRequest) -> HttpResponse:
    """There is no order yet, so there is no reference."""
    taken = message(request, trusted(request, FILE), JSON)
    said = parsed(taken, InformationIn)
    return _taken(commands().inform(taken, reference=None, text=said.text), taken)


def _said(request: HttpRequest, ref: str, form: type[Body]) -> tuple[Message, Body]:
    who = trusted(request, FILE)
    reference_of(ref)
    taken = message(request, who, JSON)
    return taken, parsed(taken, form)


def reference_of(ref: str) -> str:
    """A reference of any other form is simply one that does not exist."""
    if not _REFERENCE.fullmatch(ref):
        raise NoSuchOrderError
    return ref


def _taken(reference: str, taken: Message) -> HttpResponse:
    return _show(TakenOut(reference=reference, received_at=str(taken.received)), _ACCEPTED)


def _show(shape: BaseModel, status: int = 200) -> HttpResponse:
    return HttpResponse(shape.model_dump_json(), status=status, content_type=JSON)
