"""Caddy before the portal's instances, as docs/operations.md sets it up."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.served import free_port, wait_for
from dev.serve import end

# An instance is asked while /readyz answers, and a request that finds none waits for up to five seconds. Caddy sends a request again
# where it reached nobody, or is a GET. Where no instance is ready all are asked all the same: they have the page that keeps a form.
CADDYFILE = """
{{
    admin off
    auto_https off
    storage file_system {storage}
    log {{
        level ERROR
    }}
}}
http://127.0.0.1:{port} {{
    reverse_proxy {instances} {{
        trusted_proxies 127.0.0.1/32
        lb_policy round_robin
        lb_try_duration 5s
        lb_try_interval 100ms
        fail_duration 1s
        health_uri /readyz
        health_interval 1s
        health_timeout 2s
    }}
    handle_errors {{
        @nobody expression `{{http.error.status_code}} == 503`
        reverse_proxy @nobody {instances} {{
            trusted_proxies 127.0.0.1/32
            lb_policy round_robin
        }}
    }}
}}
"""
PROXIES = "2"  # the crowd tells where each comes from, as a proxy of ours would, and Caddy adds the crowd


@contextlib.contextmanager
def balancer(*instances: int) -> Iterator[int]:
    """Its port; it leads to the ports `instances`."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "Caddyfile"
        addresses = " ".join(f"127.0.0.1:{instance}" for instance in instances)
        file.write_text(CADDYFILE.format(port=port, instances=addresses, storage=folder))
        home = os.environ | {"XDG_CONFIG_HOME": folder, "XDG_DATA_HOME": folder}
        command = ("caddy", "run", "--adapter", "caddyfile", "--config", file)
        caddy = subprocess.Popen(command, env=home, start_new_session=True)  # noqa: S603 (Debian's)
        try:
            wait_for(port)
            yield port
        finally:
            end(caddy)
