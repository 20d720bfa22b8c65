"""People who use the portal while something happens to it."""

import contextlib
import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlencode

WITHIN = 90  # seconds
# A page with the database, one without, and a form that is sent.
ASKED = (("GET", "/ideer/2021-07/"), ("GET", "/livez"), ("POST", "/tilmelding/find/"))


class Crowd:
    """Clients who ask, one request after the other, until they are called home; at most `most` each.

    Each rests for `rest` seconds between two requests. Half of them keep their connection as long as the server does.

    Attributes:
        answered: how many answers there were, by method, path and status.
        failures: what became of requests that were not answered whole.
    """

    def __init__(
        self,
        connect: Callable[[], http.client.HTTPConnection],
        asked=ASKED,
        *,
        clients: int = 3,
        most: int = 2_000,
        rest: float = 0.02,
    ):
        self.connect, self.asked, self.most, self.rest = connect, asked, most, rest
        self.answered, self.failures = Counter(), []
        self.home = threading.Event()
        self.threads = [threading.Thread(target=self.use, args=(number,)) for number in range(clients)]

    def use(self, number: int) -> None:
        with contextlib.closing(self.connect()) as connection:  # which connects again by itself
            for turn in range(self.most):
                if self.home.wait(self.rest):
                    return
                method, path = self.asked[(turn + number) % len(self.asked)]
                try:
                    status, kept = ask(connection, method, path)
                    self.answered[method, path, status] += 1
                except (OSError, http.client.HTTPException) as error:
                    self.failures.append(f"{method} {path}: {error!r}")
                    kept = False
                if not kept or number % 2:
                    connection.close()

    def __enter__(self) -> "Crowd":
        for thread in self.threads:
            thread.start()
        self.wait_for(10)
        return self

    def wait_for(self, more: int) -> None:
        """Until `more` requests more were answered."""
        enough = self.answered.total() + more
        deadline = time.monotonic() + WITHIN
        while self.answered.total() < enough:
            assert time.monotonic() < deadline, self.failures
            time.sleep(0.01)

    def __exit__(self, *error) -> None:
        self.home.set()
        for thread in self.threads:
            thread.join()

    def assert_served(self) -> None:
        """All that they asked for was answered with 200."""
        assert not self.failures, self.failures
        assert set(self.answered) == {(method, path, 200) for method, path in self.asked}, self.answered


def ask(connection: http.client.HTTPConnection, method: str, path: str) -> tuple[int, bool]:
    """The answer's status, and whether the server keeps the connection. Raises where a request is not answered whole."""
    body = urlencode({"email": "ingen@example.org"}) if method == "POST" else None
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status, not answer.will_close
