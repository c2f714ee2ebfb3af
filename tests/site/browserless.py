"""A visitor without a browser: sends forms over real HTTP and follows what comes back."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

from serving.processes import server_command

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Page:
    """An answer."""

    status: int
    text: str
    headers: dict[str, str]
    path: str

    def form(self, action: str) -> dict[str, str]:
        """Give the named fields of the form that goes to *action*."""
        reader = _Forms()
        reader.feed(self.text)
        return next(fields for target, fields in reader.forms if target.startswith(action))


@dataclass
class Visitor:
    """Speaks HTTP to one server, keeps cookies, runs no script."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Page:
        """Fetch a page, following redirects."""
        return self._send("GET", path, None)

    def post(self, path: str, fields: dict[str, str], *, follow: bool = True) -> Page:
        """Send a form, following redirects unless told not to."""
        return self._send("POST", path, urlencode(fields), follow=follow)

    def _send(self, method: str, path: str, body: str | None, *, follow: bool = True) -> Page:
        headers = {"User-Agent": "a plain visitor", **self.headers}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        location = response.headers.get("Location")
        if follow and location and response.status in {301, 302, 303}:
            target = urlsplit(urljoin(f"http://127.0.0.1{path}", location))
            return self.get(target.path + (f"?{target.query}" if target.query else ""))
        return Page(response.status, text, dict(response.headers), path)


class _Forms(HTMLParser):
    """Collects every form with its hidden and typed fields."""

    def __init__(self):
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag, attrs):
        """Note forms and the fields within them."""
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((values.get("action", ""), {}))
        elif tag in {"input", "textarea", "select"} and self.forms and "name" in values:
            self.forms[-1][1][values["name"]] = values.get("value", "")


@contextmanager
def running(commands: list[list[str]], environment: dict[str, str], port: int) -> Iterator[None]:
    """Run *commands* until the block ends; returns when the server answers."""
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=os.environ | environment) for command in commands
    ]
    try:
        wait_until(lambda: _answers(port), seconds=30)
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


def free_port() -> int:
    """Give a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def commands(port: int) -> list[list[str]]:
    """Give the commands of server and publisher, as the tasks run them."""
    return [server_command(port), [sys.executable, "-m", "invoke", "publisher"]]


def wait_until(condition, *, seconds: float):
    """Wait until *condition* gives something true, and give that; fails after *seconds*."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} seconds: {condition}")


def number_of(receipt: Page) -> str:
    """Read the number on a receipt."""
    found = re.search(r"第(\d+)号", receipt.text)
    assert found is not None
    return found[1]


def _answers(port: int) -> bool:
    try:
        return Visitor(port).get("/readyz").status == 200
    except OSError:
        return False
