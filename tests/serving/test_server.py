"""The production server loads new code, stops and starts again without a request that fails."""

from __future__ import annotations

import http.client
import os
import shlex
import signal
import socket
import subprocess
import threading
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from sqlalchemy import func, select

from comments_service.models import Comment
from serving.processes import server_command
from tests.living_site import SECRET
from tests.site.browserless import ROOT, Visitor, free_port, wait_until

WRITERS = 8
NEVER_TAKEN = ("ConnectionRefusedError", "ConnectionResetError", "BrokenPipeError")
"""How the system ends connections that no process has accepted."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Crowd:
    """Visitors who write one message after the other, and count how they are answered."""

    port: int
    answers: Counter = field(default_factory=Counter)
    _is_over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self):
        self._threads = [
            threading.Thread(target=self._write, args=(n,), daemon=True) for n in range(WRITERS)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        for thread in self._threads:
            thread.join(60)

    def go_on(self, count=30):
        """Wait until so many more were answered."""
        enough = self.answers.total() + count
        wait_until(lambda: self.answers.total() >= enough, seconds=60)

    def _write(self, writer):
        number = 0
        while not self._is_over.is_set():
            number += 1
            self.answers[self._post(f"{writer}-{number}")] += 1

    def _post(self, words):
        """Leave a message over a connection of its own, as through a web server; tells how it was
        answered, or why it was not.
        """
        fields = {"thread": "first", "text": f"第{words}条", "nonce": words}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", "/messages/new", urlencode(fields), FORM)
            response = connection.getresponse()
            response.read()
            return response.status
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()


def environment(site, port):
    """Give the settings of the service."""
    return os.environ | {
        "COMMENTS_VAR": str(site.root / "var"),
        "COMMENTS_DATABASE_URL": site.database_url,
        "COMMENTS_SECRET_KEY": SECRET,
        "COMMENTS_SITE_URL": f"http://127.0.0.1:{port}",
        "COMMENTS_REFUSE_AFTER": "100000",
    }


@contextmanager
def started(site, port, listener=None, *, workers=2, **changes):
    """Start the server; *listener* is passed on to it as systemd does."""
    command = server_command(port, workers)
    passed = {}
    if listener is not None:
        handed = f"exec 3<&{listener.fileno()}; export LISTEN_FDS=1 LISTEN_PID=$$"
        command = ["bash", "-c", f"{handed}; exec {shlex.join(command)}"]
        passed = {"pass_fds": [listener.fileno()]}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(site, port) | changes,
        stderr=subprocess.PIPE, text=True, **passed,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=60)


def is_ready(port):
    """Say whether the service answers."""
    try:
        return Visitor(port).get("/readyz").status == 200
    except OSError:
        return False


def stored(site):
    """Count the messages in the database."""
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Comment))


def workers_of(process):
    """Give the processes that the server started."""
    asked = ["pgrep", "-P", str(process.pid)]
    return set(subprocess.run(asked, capture_output=True, text=True).stdout.split())


def test_new_code_is_loaded_without_a_failed_request(sqlite_site):
    """Under writers, SIGHUP replaces every worker; each request is answered, each answered message
    is stored once.
    """
    port = free_port()
    with started(sqlite_site, port) as server:
        wait_until(lambda: is_ready(port), seconds=30)
        before = workers_of(server)
        with Crowd(port) as crowd:
            crowd.go_on()
            server.send_signal(signal.SIGHUP)
            wait_until(lambda: len(now := workers_of(server)) == 2 and not now & before, seconds=60)
            crowd.go_on()
        assert crowd.answers.keys() == {303}
        assert stored(sqlite_site) == crowd.answers[303]


def test_restart_without_a_failed_request(sqlite_site):
    """With the socket in a supervisor's hand, a server is stopped and another one started under
    writers: those who come meanwhile wait, and everybody is answered.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        port = listener.getsockname()[1]
        with Crowd(port) as crowd:
            for _ in range(2):
                with started(sqlite_site, port, listener) as server:
                    crowd.go_on()
                    server.terminate()
                    assert server.wait(60) == 0
            with started(sqlite_site, port, listener):
                crowd.go_on()
                crowd.__exit__()
        assert crowd.answers.keys() == {303}
        assert stored(sqlite_site) == crowd.answers[303]


def test_what_was_begun_is_answered(sqlite_site):
    """Who had begun to speak is answered by the server that stops, and who had not by the next."""
    body = urlencode({"thread": "first", "text": "慢慢说"}).encode()
    head = "POST /messages/new HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    said = f"{head}Content-Type: {FORM['Content-Type']}\r\nContent-Length: {len(body)}\r\n\r\n"
    whole = said.encode() + body
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener, ExitStack() as stack:
        port = listener.getsockname()[1]
        sent = dict.fromkeys((0, 1, 40, len(said)))
        with started(sqlite_site, port, listener, workers=1) as server:
            wait_until(lambda: is_ready(port), seconds=30)
            for length in sent:
                connection = socket.create_connection(("127.0.0.1", port), 60)
                sent[length] = stack.enter_context(connection)
                connection.sendall(whole[:length])
            assert is_ready(port)  # who came later was answered, so these were taken
            server.terminate()
            for length in (1, 40, len(said)):
                assert status_after(sent[length], whole[length:]) == b"HTTP/1.1 303"
            assert server.wait(60) == 0
        with started(sqlite_site, port, listener, workers=1):
            assert status_after(sent[0], whole) == b"HTTP/1.1 303"


def status_after(connection, rest):
    """Send the rest of a request; gives the beginning of the answer."""
    connection.sendall(rest)
    return connection.recv(12)


def test_stop_answers_what_was_accepted(sqlite_site):
    """A server that is stopped under writers ends by itself; what it took is answered, what still
    waited in the system is refused, and exactly what was stored was acknowledged.
    """
    port = free_port()
    with started(sqlite_site, port) as server:
        wait_until(lambda: is_ready(port), seconds=30)
        with Crowd(port) as crowd:
            crowd.go_on()
            server.terminate()
            assert server.wait(60) == 0
        assert crowd.answers.keys() <= {303, *NEVER_TAKEN}
        assert stored(sqlite_site) == crowd.answers[303]


def test_code_that_cannot_start_is_not_loaded(sqlite_site, tmp_path):
    """When today's settings cannot start, SIGHUP says so and the workers stay as they are."""
    port = free_port()
    (secret := tmp_path / "secret").write_text(SECRET)
    given = {"COMMENTS_SECRET_KEY": "", "COMMENTS_SECRET_KEY_FILE": str(secret)}
    with started(sqlite_site, port, workers=1, **given) as server:
        wait_until(lambda: is_ready(port), seconds=30)
        before = workers_of(server)
        secret.write_text("short")
        server.send_signal(signal.SIGHUP)
        said = ""
        while "the old one goes on" not in said:
            line = server.stderr.readline()
            assert line, said
            said += line
        assert "COMMENTS_SECRET_KEY" in said
        assert workers_of(server) == before
        assert is_ready(port)


def test_settings_that_cannot_start(sqlite_site):
    """With settings that cannot work, the server ends with their sentence and exit code 1."""
    given = {"COMMENTS_SITE_URL": "http://example.org"}
    with started(sqlite_site, free_port(), **given) as server:
        said = server.stderr.read()
        assert server.wait(20) == 1
    assert "COMMENTS_SITE_URL is http://example.org" in said
    assert "Traceback" not in said


def test_worker_that_dies_is_replaced(sqlite_site):
    """When a worker is killed, another takes its place and the service goes on; the server can be
    stopped while that one still starts.
    """
    port = free_port()
    with started(sqlite_site, port) as server:
        wait_until(lambda: is_ready(port), seconds=30)
        killed = min(workers_of(server))
        os.kill(int(killed), signal.SIGKILL)
        wait_until(lambda: len(now := workers_of(server)) == 2 and killed not in now, seconds=30)
        assert is_ready(port)
        server.terminate()
        assert server.wait(20) == 0


def test_nothing_is_left_of_a_killed_server(sqlite_site):
    """When the server itself is killed, its workers end too, and another one can start."""
    port = free_port()
    with started(sqlite_site, port) as server:
        wait_until(lambda: is_ready(port), seconds=30)
        server.kill()
        with started(sqlite_site, wait_until(lambda: is_free(port) and port, seconds=20)):
            wait_until(lambda: is_ready(port), seconds=30)


def is_free(port):
    """Say whether nobody listens there."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
