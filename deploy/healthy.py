"""`python deploy/healthy.py [HOST:PORT] [PATH]`: whether the portal there answers with 200; exit 1 if not.

For the health check of a container, and for deploy/install.sh, which waits for up to WAIT seconds. It asks as the proxy would.
"""

import http.client
import os
import sys
import time
from urllib.parse import urlsplit

TIMEOUT = 10  # seconds


def answer(address: str, path: str) -> str:
    """The status of `path`, or what was in the way."""
    site = urlsplit(os.environ.get("SITE_URL", "http://localhost"))
    connection = http.client.HTTPConnection(address, timeout=TIMEOUT)
    try:
        connection.request("GET", path, headers={"Host": site.netloc, "X-Forwarded-Proto": site.scheme})
        response = connection.getresponse()
        return f"{response.status} {response.read(200).decode(errors='replace').strip()}"
    except (OSError, http.client.HTTPException) as error:
        return repr(error)
    finally:
        connection.close()


def main(address: str = "127.0.0.1:8000", path: str = "/livez") -> int:
    deadline = time.monotonic() + float(os.environ.get("WAIT", "0"))
    while not (told := answer(address, path)).startswith("200 "):
        if time.monotonic() >= deadline:
            sys.stderr.write(f"{address}{path}: {told}\n")
            return 1
        time.sleep(0.2)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
