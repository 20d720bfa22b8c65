"""HAProxy before the portal's instances, as docs/operations.md sets it up."""

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.served import wait_for
from dev.serve import end
from tests.ports import free_port

# An instance is asked while /readyz answers. What reached nobody is sent again, and a GET that got no answer; a POST is not, as one
# cannot know what became of it. Where no instance is ready all are asked all the same: they have the page that keeps a form.
CONFIGURATION = """
global
    maxconn 1000
defaults
    mode http
    option forwardfor
    option redispatch 1
    retries 3
    timeout connect 2s
    timeout check 5s
    timeout client 60s
    timeout server 60s
frontend portal
    bind 127.0.0.1:{port}
    use_backend ready if {{ nbsrv(ready) gt 0 }}
    default_backend all
backend ready
    balance roundrobin
    option httpchk GET /readyz
    http-check send hdr Host 127.0.0.1
    http-request disable-l7-retry if !METH_GET
    retry-on conn-failure empty-response response-timeout
    default-server check inter 1s fall 2 rise 1 observe layer4 error-limit 3 on-error mark-down
    {instances}
backend all
    balance roundrobin
    retry-on conn-failure
    {instances}
"""
PROXIES = "2"  # the crowd tells where each comes from, as a proxy of ours would, and HAProxy adds the crowd


@contextlib.contextmanager
def balancer(*instances: int) -> Iterator[int]:
    """Its port; it leads to the ports `instances`."""
    port = free_port()
    servers = "\n    ".join(f"server instance{number} 127.0.0.1:{number}" for number in instances)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "haproxy.cfg"
        file.write_text(CONFIGURATION.format(port=port, instances=servers))
        haproxy = subprocess.Popen(["haproxy", "-q", "-f", file], start_new_session=True)  # noqa: S603, S607 (Debian's)
        try:
            wait_for(port)
            yield port
        finally:
            end(haproxy)
