"""A stand-in for systemd: it starts what the installed units say, from their own lines, and holds their sockets.

There is no systemd to ask where tests run. What is installed is read from the unit files all the same: ExecStart, WorkingDirectory,
Environment, EnvironmentFile, RuntimeDirectory, ListenStream. Of the sandbox it does nothing; `systemd-analyze` looks at that (test_files.py).
"""

import fnmatch
import json
import os
import shlex
import signal
import socket
import subprocess
import threading
from pathlib import Path

STOPS_WITHIN = 60  # seconds
CLIENT = """import json, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    server.sendall(json.dumps(sys.argv[1:]).encode() + b"\\n")
    told = json.loads(server.makefile().readline())
sys.stderr.write(told["told"])
sys.exit(told["code"])
"""


class Units:
    """The units under `folder`, and a `systemctl` in `programs` that starts and stops them.

    Attributes:
        calls: what `systemctl` was asked for.
    """

    def __init__(self, folder: Path, programs: Path, python: str):
        self.folder, self.log = folder, programs / "journal"
        self.log.touch()
        self.runtime = programs / "run"
        self.runtime.mkdir()
        self.processes: dict[str, subprocess.Popen] = {}
        self.sockets: dict[str, socket.socket] = {}
        self.calls: list[list[str]] = []
        address = str(programs / "bus")
        client, systemctl = programs / "systemctl.py", programs / "systemctl"
        client.write_text(CLIENT.format(address=address))
        # By way of a shell, as the path of Python may have a space in it.
        systemctl.write_text(f'#!/bin/sh\nexec {shlex.quote(python)} {shlex.quote(str(client))} "$@"\n')
        systemctl.chmod(0o755)
        self.bus = socket.socket(socket.AF_UNIX)
        self.bus.bind(address)
        self.bus.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                client, _ = self.bus.accept()
            except OSError:
                return
            with client, client.makefile() as lines:
                code, told = self.carry_out(json.loads(lines.readline()))
                client.sendall(json.dumps({"code": code, "told": told}).encode() + b"\n")

    def carry_out(self, arguments: list[str]) -> tuple[int, str]:
        self.calls.append(arguments)
        command, *names = [argument for argument in arguments if not argument.startswith("--")]
        names = self.matched(names)
        if command == "is-active":
            return (0, "") if names else (3, "")
        try:
            for name in names:
                if not name.startswith("caddy"):
                    self.lines(name)  # it must be there
                if name.endswith(".socket") and "--now" in arguments:
                    self.listen(name)
                if name.endswith(".service") and command == "restart":
                    self.stop(name)
                    self.start(name)
                if command == "stop":
                    self.stop(name)
        except (OSError, KeyError) as error:
            return 1, f"{arguments}: {error!r}\n"
        return 0, ""

    def matched(self, names: list[str]) -> list[str]:
        """`names`, with what is running for those that are patterns."""
        active = [*self.processes, *self.sockets]
        return [each for name in names for each in (fnmatch.filter(active, name) if "*" in name else [name])]

    def lines(self, name: str) -> list[tuple[str, str]]:
        """The settings of unit `name`, and after them what holds for all services, as systemd reads them."""
        plain, _, rest = name.partition("@")
        instance, _, kind = rest.rpartition(".")
        file = self.folder / (f"{plain}@.{kind}" if rest else name)
        texts = [file.read_text()]
        if name.endswith(".service"):
            texts.append((self.folder / "erhvervspanel-.service.d" / "hardening.conf").read_text())
        pairs = [
            line.partition("=") for text in texts for line in text.splitlines() if not line.startswith("#")
        ]
        return [(key, value.replace("%i", instance)) for key, sign, value in pairs if sign]

    def listen(self, name: str) -> None:
        if name not in self.sockets:
            host, _, port = dict(self.lines(name))["ListenStream"].rpartition(":")
            self.sockets[name] = socket.create_server((host, int(port)), backlog=128)
            self.sockets[name].set_inheritable(True)

    def start(self, name: str) -> None:
        unit = self.lines(name)
        settings = {"PATH": os.environ["PATH"]}
        for key, value in unit:
            if key == "RuntimeDirectory":
                (self.runtime / value).mkdir(exist_ok=True)
            if key == "Environment":
                setting, _, to = value.partition("=")
                settings[setting] = to.replace("%t", str(self.runtime))
            if key == "EnvironmentFile":
                pairs = (line.partition("=") for line in Path(value).read_text().splitlines())
                settings |= {left: right for left, sign, right in pairs if sign and not left.startswith("#")}
        command = shlex.split(dict(unit)["ExecStart"])
        handed = self.sockets.get(name.replace(".service", ".socket"))
        if handed:
            settings["LISTEN_FDS"] = "1"
            command = [
                "bash",
                "-c",
                'eval "exec 3<&$0"; LISTEN_PID=$$ exec "$@"',
                str(handed.fileno()),
                *command,
            ]
        with self.log.open("a") as journal:
            self.processes[name] = subprocess.Popen(
                command,
                cwd=Path(dict(unit)["WorkingDirectory"]).resolve(),
                env=settings,
                pass_fds=[handed.fileno()] if handed else [],
                stdout=journal,
                stderr=journal,
            )

    def run(self, name: str) -> int:
        """Starts a unit that does its work and ends, and returns with what code."""
        self.start(name)
        return self.processes.pop(name).wait(STOPS_WITHIN)

    def stop(self, name: str) -> None:
        if held := self.sockets.pop(name, None):
            held.close()
        if process := self.processes.pop(name, None):
            process.send_signal(signal.SIGTERM)
            process.wait(STOPS_WITHIN)

    def end(self) -> None:
        for name in list(self.processes):
            self.stop(name)
        for held in (self.bus, *self.sockets.values()):
            held.close()
