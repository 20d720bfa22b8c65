"""One line of JSON for each record, or a readable one, with what is personal taken out of it: whoever wrote it, and how.

A record may come from our own code, Django, gunicorn or a library: all go through `logging`, and all through this formatter.
"""

import json
import logging
import sys

from django.conf import settings
from structlog.dev import ConsoleRenderer
from structlog.processors import JSONRenderer, TimeStamper
from structlog.stdlib import ExtraAdder

from erhvervspanel.foundation.monitoring.masking import masked, masked_fields
from erhvervspanel.foundation.monitoring.tracebacks import summary, traceback_of
from erhvervspanel.foundation.monitoring.visits import CURRENT

logger = logging.getLogger(__name__)
ENCODER = json.JSONEncoder(ensure_ascii=False)


class LineFormatter(logging.Formatter):
    """A record as one line.

    Args:
        readable: for people at a terminal instead of machines.
    """

    def __init__(self, *, readable: bool = False):
        super().__init__()
        render = (
            ConsoleRenderer(colors=False, pad_event_to=0, pad_level=False)
            if readable
            else JSONRenderer(serializer=lambda fields, **options: ENCODER.encode(fields))
        )
        self.processors = (
            ExtraAdder(),
            without_persons,
            add_visit,
            TimeStamper(fmt="iso", utc=True),
            add_exception,
            render,
        )

    def format(self, record: logging.LogRecord) -> str:
        """The line. Never raises: what `logging` writes when a formatter fails is the record as it came."""
        try:
            line = {"_record": record, "event": event_of(record)}
            for process in self.processors:
                line = process(None, record.levelname.lower(), line)
        except Exception as error:
            return ENCODER.encode(
                {
                    "level": "error",
                    "logger": record.name,
                    "event": "En loglinje kunne ikke skrives",
                    "place": f"{record.module}:{record.lineno}",
                    "error": type(error).__name__,
                }
            )
        return line


class Uncaught(logging.Filter):
    """Of Django's own words about requests, only the exceptions: the rest stands in the line of the request."""

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(record.exc_info)


def take_over() -> None:
    """Lets warnings, and exceptions that nobody catches, become lines as well."""
    logging.captureWarnings(True)
    # Nothing of this is in a line, and finding it out takes longer than the rest of a record.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = logging.logAsyncioTasks = False
    if not settings.READABLE_LOGS:
        sys.excepthook = tell_uncaught


def tell_uncaught(kind, error, where) -> None:
    if isinstance(error, KeyboardInterrupt):
        sys.__excepthook__(kind, error, where)
    else:
        logger.critical("Processen stopper", exc_info=(kind, error, where))


# -- What a line is made by, in this order ---------------------------------------------------------------------


def event_of(record: logging.LogRecord) -> str:
    """The record's words, put together of parts that may be told."""
    if is_odd_request(record):
        return "Mistænkelig forespørgsel"  # its words repeat what was sent; the logger's name tells what it is about
    if not record.args or not isinstance(record.msg, str):
        return str(masked_argument(record.msg, record))
    words = record.msg  # masked when it is whole, as a mask could take a place for an argument with it
    if isinstance(record.args, dict):
        return masked(words % masked_fields(record.args))
    return masked(words % tuple(masked_argument(each, record) for each in record.args))


def is_odd_request(record: logging.LogRecord) -> bool:
    return record.name.startswith("django.security.")


def masked_argument(value, record: logging.LogRecord):
    """`value` as it may be told: an exception by its kind, and the address of the record's request by its route."""
    if isinstance(value, BaseException):
        return summary(value)
    request = getattr(record, "request", None)
    if request is not None and value in (request.path, request.get_full_path()):
        return masked(request)
    return masked(value)


def without_persons(logger, level: str, line: dict) -> dict:
    """Masks what was written beside the words, and puts first what every line has."""
    record, event = line.pop("_record"), line.pop("event")
    line.pop("request", None)
    told = masked_fields(line) if line else line
    # Where in Django an odd request was found odd tells nothing, and anybody can send thousands.
    exc_info = None if is_odd_request(record) else record.exc_info
    return {"level": level, "logger": record.name, "event": event, **told, "exc_info": exc_info}


def add_visit(logger, level: str, line: dict) -> dict:
    """Adds the request that is being answered."""
    visit = CURRENT.get()
    if visit is not None:
        line["request_id"] = visit.request_id
        line["route"] = visit.route
    return line


def add_exception(logger, level: str, line: dict) -> dict:
    exc_info = line.pop("exc_info")
    if exc_info and exc_info[1] is not None:
        line["exception"] = traceback_of(exc_info[1])
    return line
