"""Load over HTTP by wrk (https://github.com/wg/wrk), which takes next to nothing of the machine that it shares with the server."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

CLIENTS = 8
ENOUGH = 3 * CLIENTS  # answers
LONGEST = 60  # seconds; beyond it nobody waits for ENOUGH
# Percentiles in milliseconds, and a path after the other where several are given.
SCRIPT = """
local paths = {PATHS}
local at = 0
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
done = function(summary, latency, requests)
  io.write(string.format(
    'TOLD {"requests": %d, "microseconds": %d, "p50": %f, "p95": %f, "p99": %f, "status": %d, "broken": %d}\\n',
    summary.requests, summary.duration, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    latency:percentile(99) / 1000, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
"""


@dataclass(frozen=True)
class Told:
    """What a load was answered.

    Attributes:
        per_second: requests.
        p50, p95, p99: milliseconds.
    """

    requests: int
    per_second: float
    p50: float
    p95: float
    p99: float


def load(port: int, *paths: str, seconds: float, headers: dict[str, str] | None = None) -> Told:
    """Asks for `paths` in turn, with CLIENTS at once, as fast as they are answered: for `seconds`, or longer until there are ENOUGH
    answers to tell anything.

    Exits where any is answered with an error or not at all: a fast refusal is no page.
    """
    while True:
        told = ask(port, paths, seconds, headers or {})
        if told["status"] or told["broken"] or (seconds > LONGEST and not told["requests"]):
            sys.exit(f"{', '.join(paths)}: {told}")
        if told["requests"] >= ENOUGH or seconds > LONGEST:
            per_second = told["requests"] / told["microseconds"] * 1e6
            return Told(told["requests"], per_second, told["p50"], told["p95"], told["p99"])
        seconds *= 4


def ask(port: int, paths: tuple[str, ...], seconds: float, headers: dict[str, str]) -> dict:
    """What wrk tells of one run."""
    quoted = ", ".join(json.dumps(path) for path in paths)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "load.lua"
        script.write_text(SCRIPT.replace("{PATHS}", f"{{{quoted}}}"))
        command = ["wrk", "--threads", "1", "--connections", str(CLIENTS), "--duration", f"{seconds:.0f}s"]
        command += ["--timeout", "60s", "--script", str(script), "--header", "Accept-Encoding: br, gzip"]
        for name, value in headers.items():
            command += ["--header", f"{name}: {value}"]
        command.append(f"http://127.0.0.1:{port}/")
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 (ours)
    return json.loads(output.rpartition("TOLD ")[2])
