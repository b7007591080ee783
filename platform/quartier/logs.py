"""Logs: one line per event, never with the values of variables, for those are people's data."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(*, json: bool) -> None:
    """JSON where a machine reads along, plain lines on a terminal; in both, traces without local variables."""
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback, colors=sys.stderr.isatty())
    renderers = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()] if json else [plain]
    )  # fmt: skip
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *renderers,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
