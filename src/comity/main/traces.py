"""Traces by OpenTelemetry, where an operator wants them (extra ``traces``): one span a job, one a step of a case.

A span carries the name of the job or of the case's status, and whether it failed; no case, nobody's words.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from comity.settings import Settings, UnusableSettings

_SERVICE = "comity"
Span = Callable[[str], AbstractContextManager[Any]]


def spans(settings: Settings, program: str) -> Span:
    """What opens a span by its name; without ``traces_url`` nothing is opened."""
    if settings.traces_url is None:
        return lambda _name: nullcontext()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 -- an extra
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 -- the same
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 -- the same
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 -- the same
    except ImportError as error:
        message = "COMITY_TRACES_URL: traces need more packages: pip install 'comity[traces]'"
        raise UnusableSettings(message) from error
    provider = TracerProvider(resource=Resource({"service.name": _SERVICE, "service.instance.id": program}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.traces_url)))
    tracer = provider.get_tracer(_SERVICE)

    def opened(name: str) -> AbstractContextManager[Any]:
        # A failure's words may repeat what somebody wrote: only that it failed is told.
        span: AbstractContextManager[Any] = tracer.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False
        )
        return span

    return opened


def traced(span: Span, works: Mapping[Any, Callable[..., Any]], kind: str) -> dict[Any, Callable[..., Any]]:
    """The same works, each inside a span named after its key."""
    return {name: _within(span, f"{kind} {getattr(name, 'value', name)}", work) for name, work in works.items()}


def _within(span: Span, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(work)
    def run(*arguments: Any, **named: Any) -> Any:
        with span(name) as opened:
            try:
                return work(*arguments, **named)
            except BaseException as failure:
                if opened is not None:
                    opened.set_attribute("error.type", type(failure).__name__)
                raise

    return run
