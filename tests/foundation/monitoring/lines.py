"""What a logger would write, line by line, as production writes it."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from erhvervspanel.foundation.monitoring.logs import LineFormatter


class Lines(logging.Handler):
    """Keeps each line; whoever reads them finds what stood in it."""

    def __init__(self, *, readable: bool = False):
        super().__init__()
        self.setFormatter(LineFormatter(readable=readable))
        self.texts: list[str] = []

    def emit(self, record):
        self.texts.append(self.format(record))

    @property
    def all(self) -> list[dict]:
        return [json.loads(text) for text in self.texts]

    @property
    def only(self) -> dict:
        """The one line there is, without its time."""
        (line,) = self.all
        assert line.pop("timestamp").endswith("Z")
        return line


@contextmanager
def written(name: str, *, readable: bool = False) -> Iterator[Lines]:
    """Within it, what the logger writes goes there alone."""
    lines, logger = Lines(readable=readable), logging.getLogger(name)
    logger.addHandler(lines)
    logger.propagate = False
    try:
        yield lines
    finally:
        logger.removeHandler(lines)
        logger.propagate = True
