"""Gunicorn's worker process with threads, that leaves connections to the others while it has its hands full."""

import time

from gunicorn.workers.gthread import ThreadWorker

PATIENCE = 0.1  # seconds


class SharingWorker(ThreadWorker):
    """Leaves new connections to the others for PATIENCE when all of its threads are answering.

    All worker processes wait on one socket, and whichever wakes first takes what comes, also what it can only put in a queue behind
    its own requests. A connection stays where it was taken: a crowd that comes at once was often served by one process, with the
    others idle beside it. Where the others are full as well it takes what comes: those whose connections are open already would
    keep everybody else out.
    """

    full_since: float | None = None

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        if self.alive:
            left = self.left_to_others()
            self.set_accept_enabled(not left and self.nr_conns < self.worker_connections)
            timeout = left or timeout
        super().wait_for_and_dispatch_events(timeout)

    def left_to_others(self) -> float:
        """Seconds that this process goes on leaving new connections to the others."""
        answering = self.nr_conns - len(self.keepalived_conns) - len(self.pending_conns)
        if answering < self.cfg.threads:
            self.full_since = None
            return 0
        now = time.monotonic()
        if self.full_since is None:
            self.full_since = now
        return max(0, self.full_since + PATIENCE - now)
