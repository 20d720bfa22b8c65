"""An application that takes its time, and tells which process answered."""

import os
import time

TAKES = 0.3  # seconds


def application(environ, start_response):
    time.sleep(TAKES)
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Process", str(os.getpid()))])
    return [b""]
