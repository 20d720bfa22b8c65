"""A wire between the portal and its database that can lose what is said on it."""

import contextlib
import select
import socket
import threading
from collections.abc import Callable

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
            if self.cut:
                return
            server.connect(self.server_socket())
            awaited = None
            while True:
                readable, _, _ = select.select([client, server], [], [], 0.05)
                if self.cut:
                    return
                if server in readable:
                    server_said = server.recv(BLOCK)
                    if awaited == [] or not server_said:
                        self.loses = []
                        return
                    client.sendall(server_said)
                if client in readable:
                    client_said = client.recv(BLOCK)
                    if not client_said:
                        return
                    awaited = list(self.loses) if awaited is None and self.loses else awaited
                    while awaited and awaited[0] in client_said:
                        awaited.pop(0)
                    server.sendall(client_said)

    def close(self) -> None:
        self.cut = True
        self.listener.close()
