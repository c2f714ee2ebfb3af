"""The external check, asked over real connections."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from comments_service.screening import Finding, Verdict, ask_check, screen
from comments_service.screening.check import FAILED, MOST_BYTES, signature
from tests.living_site import SECRET, make_submission

NOW = datetime(2026, 3, 1, 4, 30, 15, tzinfo=UTC)


class Service(ThreadingHTTPServer):
    """A check that notes what it is asked and gives one answer."""

    daemon_threads = True

    def __init__(self, status=200, answer=b"", headers=(), *, hangs=False):
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.answer, self.headers, self.hangs = status, answer, headers, hangs
        self.asked = []
        self.released = threading.Event()

    @property
    def url(self):
        """Where it is asked."""
        return f"http://127.0.0.1:{self.server_address[1]}/messages"


class Handler(BaseHTTPRequestHandler):
    """Answers as the service says."""

    def do_POST(self):
        """Note the question and answer it."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers), body))
        if self.server.hangs:
            self.server.released.wait()
            return
        self.send_response(self.server.status)
        for name, value in self.server.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.answer)

    do_GET = do_POST

    def log_message(self, *args):
        """Say nothing."""


@contextmanager
def running(*args, **options):
    """Give a service that answers."""
    with Service(*args, **options) as service:
        thread = threading.Thread(target=service.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield service
        finally:
            service.released.set()
            service.shutdown()
            thread.join()


def ask(service, seconds=5, **changes):
    """Ask *service* about an ordinary message, with *changes*."""
    return ask_check(service.url, SECRET, seconds, make_submission(**changes), NOW)


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        pytest.param({"verdict": "pass"}, None, id="pass"),
        pytest.param({"verdict": "pass", "detail": "好"}, None, id="pass with a word"),
        pytest.param(
            {"verdict": "mark", "detail": "广告？"}, (Verdict.MARK, "外部检查：广告？"), id="mark"
        ),
        pytest.param({"verdict": "hold"}, (Verdict.HOLD, "外部检查：请细看。"), id="hold"),
        pytest.param(
            {"verdict": "refuse", "detail": "涉赌"},
            (Verdict.HOLD, "外部检查：涉赌"),
            id="its refusal holds",
        ),
        pytest.param(
            {"verdict": "hold", "detail": "一\n\0二\ud800 " + "长" * 999},
            (Verdict.HOLD, "外部检查：一 二 " + "长" * 196),
            id="odd detail",
        ),
        pytest.param(
            {"verdict": "hold", "detail": 7}, (Verdict.HOLD, "外部检查：请细看。"), id="number"
        ),
    ],
)
def test_answers(answer, finding):
    """Each answer becomes a finding of its own; none of them acts by itself."""
    with running(answer=json.dumps(answer).encode()) as service:
        found = ask(service)
    assert found == (finding and Finding("check", *finding))


def test_question_is_signed():
    """The check gets thread, name, text and moment, signed so that it can tell who asks."""
    with running(answer=b'{"verdict": "pass"}') as service:
        ask(service, text="赌\ud800博", author="路人", email="who@example.cn")
    ((path, headers, body),) = service.asked
    assert path == "/messages"
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {
        "thread": "first",
        "name": "路人",
        "text": "赌\ud800博",
        "at": "2026-03-01T04:30:15+00:00",
    }
    moment = str(int(NOW.timestamp()))
    digest = hmac.new(SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Huisheng-Signature"] == f"t={moment},v1={digest}"


def test_signature_depends_on_everything():
    """Another secret, body or moment gives another signature."""
    later = NOW.replace(second=16)
    made = {
        signature(SECRET, b"a", NOW),
        signature(SECRET, b"b", NOW),
        signature("another", b"a", NOW),
        signature(SECRET, b"a", later),
    }
    assert len(made) == 4


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        pytest.param(500, b'{"verdict": "pass"}', id="broken"),
        pytest.param(404, b'{"verdict": "pass"}', id="not there"),
        pytest.param(204, b"", id="another status"),
        pytest.param(200, b"", id="nothing"),
        pytest.param(200, b"pass", id="no JSON"),
        pytest.param(200, b'"pass"', id="no object"),
        pytest.param(200, b"{}", id="no verdict"),
        pytest.param(200, b'{"verdict": "PASS"}', id="unknown verdict"),
        pytest.param(200, b'{"verdict": null}', id="empty verdict"),
        pytest.param(200, b'{"verdict": ["pass"]}', id="list for a verdict"),
        pytest.param(200, b"[" * 60_000, id="deep"),
        pytest.param(200, b'{"verdict": "pass"}' + b" " * MOST_BYTES, id="endless"),
        pytest.param(200, b"\xff\xfe\xfd", id="bytes"),
    ],
)
def test_odd_answers_hold(status, answer, caplog):
    """What is no answer holds the message, and the log tells that without its words."""
    with running(status, answer) as service:
        assert ask(service, text="一句秘密") == FAILED
    (record,) = [entry for entry in caplog.records if entry.name.endswith("check")]
    assert (record.levelno, record.message) == (logging.WARNING, "external check failed")
    assert "秘密" not in str(vars(record))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status):
    """A message goes nowhere but to the address that was set."""
    with (
        running(answer=b'{"verdict": "pass"}') as other,
        running(status, headers=[("Location", other.url)]) as service,
    ):
        assert ask(service) == FAILED
    assert other.asked == []


def test_silence_holds():
    """A check that does not answer in time holds the message."""
    with running(hangs=True) as service:
        assert ask(service, seconds=0.2) == FAILED


def test_nobody_there_holds():
    """A check that is down holds the message."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    assert ask_check(url, SECRET, 1, make_submission(), NOW) == FAILED


@pytest.mark.parametrize("url", ["http://[", "ftp://e.org/", "nonsense", ""])
def test_wrong_addresses_hold(url):
    """An address that cannot be asked holds the message."""
    assert ask_check(url, SECRET, 1, make_submission(), NOW) == FAILED


def test_finding_reaches_the_moderator():
    """What the check found stands among the findings of the message."""
    finding = Finding("check", Verdict.HOLD, "外部检查：请细看。")
    assert screen(make_submission(check=finding)).findings == (finding,)
