"""A wire between the portal and its database that can lose what is said on it."""

import contextlib
import select
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

BLOCK = 65536  # bytes


class Wire:
    """A port on loopback that leads to a server's socket.

    Attributes:
        cut: whether nothing comes through, neither on the lines there are nor on new ones.
        loses: the texts that must have been sent on one line, in their order, before that line is cut: the last of them reaches the
            server and is carried out there, and its answer is lost. It happens once.
    """

    def __init__(self, server_socket: Callable[[], str]):
        self.server_socket = server_socket
        self.cut = False
        self.loses: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.carry, args=[client], daemon=True).start()

    def carry(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):
            if not self.cut:
                server.connect(self.server_socket())
                Line(self, client, server).carry()

    def close(self) -> None:
        self.cut = True
        self.listener.close()


@dataclass
class Line:
    """One connection over the wire.

    Attributes:
        awaited: what has not been sent yet of that which the wire loses; None where it loses nothing so far.
    """

    wire: Wire
    client: socket.socket
    server: socket.socket
    awaited: list[bytes] | None = None

    def carry(self) -> None:
        """Until somebody hangs up, or the wire is cut."""
        while not self.wire.cut:
            readable, _, _ = select.select([self.client, self.server], [], [], 0.05)
            if self.server in readable and not self.answer():
                return
            if self.client in readable and not self.question():
                return

    def answer(self) -> bool:
        said = self.server.recv(BLOCK)
        if self.awaited == []:
            self.wire.loses = []
            return False
        self.client.sendall(said)
        return bool(said)

    def question(self) -> bool:
        said = self.client.recv(BLOCK)
        if self.awaited is None and self.wire.loses:
            self.awaited = list(self.wire.loses)
        while self.awaited and self.awaited[0] in said:
            self.awaited.pop(0)
        self.server.sendall(said)
        return bool(said)
