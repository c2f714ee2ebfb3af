"""A line to a PostgreSQL server that is cut at a chosen moment."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from sqlalchemy.engine import make_url

COMMIT = b"COMMIT"


class Line:
    """Passes bytes on between TCP clients and a server's socket.

    ``cut_after_commit`` lets the next commit reach the server and be answered there; the answer
    never comes back, and the line is cut. ``heard`` has what clients said, a piece a send.
    """

    def __init__(self, server_url):
        self._url = make_url(server_url)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._is_armed = threading.Event()
        self.cuts = 0
        self.heard = []
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def url(self):
        """Give the database's address by this line."""
        port = self._listening.getsockname()[1]
        url = self._url.difference_update_query(["host", "port"])
        return url.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)

    def cut_after_commit(self):
        """Cut the line when the next commit was carried out and before anybody knows."""
        self._is_armed.set()

    def close(self):
        """Take no new clients."""
        self._listening.close()

    def _take(self):
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client):
        with client, self._to_server() as server:
            back = threading.Thread(target=self._copy, args=(server, client), daemon=True)
            back.start()
            with suppress(OSError):
                while said := client.recv(65536):
                    if COMMIT in said and self._is_armed.is_set():
                        self._cut(said, server, client)
                        break
                    self.heard.append(said)
                    server.sendall(said)
            _end(server)
            back.join()

    def _cut(self, said, server, client):
        """Stop passing answers on, let the server commit, and wait until it did."""
        self._is_armed.clear()
        self.cuts += 1
        _end(client)
        server.sendall(said)
        server.shutdown(socket.SHUT_WR)  # it ends the session after the commit, and closes

    def _copy(self, server, client):
        with suppress(OSError):
            while said := server.recv(65536):
                with suppress(OSError):
                    client.sendall(said)
        _end(client)

    def _to_server(self):
        given = self._url.query.get("host") or self._url.host
        port = self._url.query.get("port") or self._url.port or 5432
        if given.startswith("/"):
            server = socket.socket(socket.AF_UNIX)
            server.connect(f"{given}/.s.PGSQL.{port}")
            return server
        return socket.create_connection((given, int(port)))


def _end(one):
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
