"""Asking another machine, however slowly it answers: every byte in time is not yet an answer in time."""

import contextlib
import http.client
import socket
import threading


class Deadline:
    """A block of code whose connections are cut when `seconds` have passed. It raises TimeoutError then."""

    def __init__(self, seconds: float):
        self._late = threading.Event()
        self._watched: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)

    def watch(self, channel: socket.socket) -> None:
        """Cuts `channel` at the deadline, whatever is laid around it later (TLS). Raises TimeoutError where that is past."""
        self._watched.append(channel.dup())
        if self._late.is_set():
            raise TimeoutError

    def _cut(self) -> None:
        self._late.set()
        for channel in self._watched:
            with contextlib.suppress(OSError):
                channel.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(self, kind, error, traceback) -> None:
        self._timer.cancel()
        for channel in self._watched:
            channel.close()
        expected = error is None or isinstance(error, OSError | ValueError | http.client.HTTPException)
        if self._late.is_set() and expected:  # what was cut in the middle may read like a whole one
            raise TimeoutError from error
