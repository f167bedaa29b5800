"""Structured JSON logs by allow-list: a field that is not named here is never written.

Lines of libraries keep only logger, level and unfilled message template, because what would fill it is unknown.
"""

import logging
import sys
from collections.abc import MutableMapping

import orjson
import structlog
from structlog.typing import EventDict, WrappedLogger

from bilet_kit.settings import ServiceSettings

ALLOWED = frozenset(
    {
        "attempts", "code", "count", "duration_ms", "error_place", "error_type", "event", "job", "kind", "level",
        "logger", "method", "outcome", "places", "port", "process", "request_id", "retry_in", "rows", "route",
        "service", "span_id", "stage", "status", "timestamp", "topic", "trace_id", "transient", "type", "version",
    }
)  # fmt: skip


def keep_allowed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Drop every field that is not on the list."""
    return {name: value for name, value in event.items() if name in ALLOWED}


def configure_logs(settings: ServiceSettings, service: str, process: str) -> None:
    """Write JSON lines to standard output for our own loggers and those of libraries."""
    level = logging.getLevelNamesMapping()[settings.log_level]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_allowed,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service, process=process)
    handler = _LibraryHandler()
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)


class _LibraryHandler(logging.Handler):
    """Hands a library's record to structlog without its arguments."""

    def emit(self, record: logging.LogRecord) -> None:
        fields: MutableMapping[str, object] = {"logger": record.name}
        if record.exc_info and record.exc_info[0]:
            fields["error_type"] = record.exc_info[0].__name__
        structlog.get_logger().log(record.levelno, str(record.msg) if record.args else record.name, **fields)


def _dumps(value: object, **_: object) -> str:
    return orjson.dumps(value, default=str).decode()
