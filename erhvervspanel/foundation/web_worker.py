"""Gunicorn's worker process with threads, that leaves connections to the others while it has its hands full."""

from gunicorn.workers.gthread import ThreadWorker


class SharingWorker(ThreadWorker):
    """Takes a new connection only while one of its threads is free.

    All worker processes wait on one socket, and whichever wakes first takes what comes, also what it can only put in a queue behind
    its own requests. A connection stays where it was taken: a crowd that comes at once was often served by one process, with the
    others idle beside it.
    """

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        if self.alive:
            answering = self.nr_conns - len(self.keepalived_conns) - len(self.pending_conns)
            self.set_accept_enabled(answering < self.cfg.threads and self.nr_conns < self.worker_connections)
        super().wait_for_and_dispatch_events(timeout)
