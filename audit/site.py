"""Builds the real content with demonstration messages in every state, and serves it as production
does: a real nginx with our configuration, the service behind it.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from audit.asking import ask
from audit.subjects import STORIES_PER_PAGE, Subjects, subjects_of
from audit.tools import NGINX
from comment_archive.directory import Directory
from comments_service import accounts
from comments_service.config import Config
from comments_service.db import Database
from comments_service.models import Account, Action, Role
from comments_service.moderation import VISITORS_ACTIONS, Ruling, decide
from comments_service.screening import Submission
from comments_service.submission import submit
from plugins.campaign.addresses import story_slug
from plugins.campaigns import campaign_folder
from publishing.build import build
from publishing.worker import Publisher
from serving import HOST, demo, demo_board
from serving.environment import HERE, ServingError, build_plan
from serving.processes import server_command
from tests.site.browserless import free_port, running, wait_until

BUSY_MESSAGES = 45
"""How many there are where the older ones stand on pages of their own."""
PASSWORD_BYTES = 12
AGO = timedelta(days=5)
"""How long ago these messages were left: the demonstration's own are newer."""
REFUSAL = Ruling(action=Action.REFUSE, reason="offtopic", sentence="请到二手平台发布。")
DECIDED = {
    "published": ("排队办事时有人教我用取号机，谢谢那位姑娘。", [Ruling(action=Action.APPROVE)]),
    "refused": ("转让二手自行车一辆。", [REFUSAL]),
    "appealed": ("旧自行车想送给志愿者。", [REFUSAL, Ruling(action=Action.APPEAL, text="不收钱")]),
    "withdrawn": ("写错地方了，我再写一遍。", [Ruling(action=Action.WITHDRAW)]),
    "erased": ("请把这条删掉。", [Ruling(action=Action.ERASE)]),
}
"""Each state of a receipt, a message and what brings it there; a visitor leaves a pending one."""
OF_DESK = {"appealed": "comment", "published": "public"}
"""Under which name the number of a message in that state is given."""
MIME = """types {
  text/html html; text/css css; text/javascript js; application/json json; application/xml xml;
  text/plain txt; application/wasm wasm; image/svg+xml svg; image/png png; image/jpeg jpg;
  image/webp webp; image/avif avif;
}
default_type application/octet-stream;
"""
CHANGES = {"STORIES_PER_PAGE": STORIES_PER_PAGE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site that is being served."""

    address: str
    public: Path
    password: str
    values: Mapping[str, str]
    """What the addresses of page types name in braces: a receipt in each state, a comment."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """What stands behind the site while it is filled."""

    config: Config
    database: Database
    publisher: Publisher[Any]
    moderator: Account

    def leave(self, thread: str, text: str) -> tuple[int, str]:
        """Leave a message some days ago; gives its number and its receipt's token."""
        submission = Submission(
            thread=thread, text=text, author="路过的人", address="14.152.94.23", nonce=text
        )
        directory, secret = Directory.read(self.config.threads_file), self.config.secret_key
        then = datetime.now(UTC) - AGO
        receipt = submit(self.database, directory, submission, secret=secret, now=then)
        return receipt.number, receipt.token

    def rule(self, number: int, ruling: Ruling) -> None:
        """Decide about a message, as a moderator or as its visitor."""
        with self.database.writing() as session:
            is_visitors = ruling.action in VISITORS_ACTIONS
            by = None if is_visitors else session.merge(self.moderator)
            then = datetime.now(UTC) - AGO
            decide(session, number, ruling, by=by, now=then, undo=timedelta())


@contextmanager
def served(folder: Path, *, by_nginx: bool = True) -> Iterator[Site]:
    """Build and serve a fresh site below *folder*, until the block ends.

    Raises ServingError when nginx is wanted and missing, BuildError when the site has mistakes.
    """
    nginx = NGINX.require() if by_nginx else ""
    shutil.rmtree(folder, ignore_errors=True)
    service = free_port()
    port = free_port() if by_nginx else service
    environment = _environment(folder, port, hops=int(by_nginx))
    config = Config.from_environ(environment)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    content = campaign_folder(os.environ) / "content"
    values = subjects_of(content)
    values |= _filled(config, _content(content, folder, values), values, password)
    public = config.releases / "current" / "public"
    commands = [server_command(service)]
    if by_nginx:
        file = _write_configuration(folder, public, port, service)
        commands.append([nginx, "-c", str(file), "-p", str(folder)])
    address = f"http://{HOST}:{port}"
    with running(commands, environment, service):
        wait_until(lambda: _answers(address), seconds=20)
        values["pending"] = post(
            address, thread=values["story"], text="今早过路口，谢谢您扶了我一把。"
        )
        yield Site(address=address, public=public, password=password, values=values)


def post(address: str, **fields: str) -> str:
    """Leave a message as a visitor does; gives the path of its receipt."""
    return ask(address, "/messages/new", fields).location.removeprefix(address)


def configuration(ours: str, *, folder: Path, public: Path, port: int, service: int) -> str:
    """Give our nginx configuration *ours* for loopback without TLS, with the frame around it.

    Raises ServingError when it has not what a host changes.
    """
    changes = (
        (r"server \{\s+listen 80;.*?\n\}\n", ""),
        (r"^ *listen \[::\].*\n", ""),
        (r"listen 443 [^;]*;", f"listen {HOST}:{port};"),
        (r"^ *ssl_.*\n", ""),
        (r"server 127\.0\.0\.1:8000;", f"server {HOST}:{service};"),
        (r"^( *root) [^;]*;", rf"\1 {public};"),
        (r"access_log /[^ ]*", f"access_log {folder}/access.log"),
    )
    for pattern, new in changes:
        ours, found = re.subn(pattern, new, ours, flags=re.DOTALL if "*?" in pattern else re.M)
        if not found:
            raise ServingError(f"deploy/nginx.conf has no {pattern}: mend audit/site.py")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if hasattr(os, "getuid") and os.getuid() == 0 else ""
    frame = f"daemon off;\n{user}pid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\n"
    return f"{frame}events {{}}\nhttp {{\naccess_log off;\n{MIME}{temporary}{ours}}}\n"


def _environment(folder: Path, port: int, *, hops: int) -> dict[str, str]:
    return {
        "COMMENTS_VAR": str(folder),
        "COMMENTS_SITE_URL": f"http://{HOST}:{port}",
        "COMMENTS_SECRET_KEY": secrets.token_hex(32),
        "COMMENTS_DATABASE_URL": f"sqlite:///{folder / 'comments.db'}",
        "COMMENTS_PROXY_HOPS": str(hops),
    }


def _content(real: Path, folder: Path, subjects: Subjects) -> Path:
    """Copy the *real* content and close one story's messages, which it leaves open."""
    content = folder / "content"
    demo.photograph()
    shutil.copytree(real, content)
    if closed := subjects.get("closed"):
        story = next(path for path in content.rglob("stories/*.md") if story_slug(path) == closed)
        text = re.sub("^comments: .*\n", "", story.read_text("utf-8"), flags=re.MULTILINE)
        story.write_text(f"comments: closed\n{text}", "utf-8")
    return content


def _filled(config: Config, content: Path, subjects: Subjects, password: str) -> dict[str, str]:
    """Build, leave messages in all states, publish; gives what the page types' addresses name."""
    database = Database.connect(config.database)
    database.upgrade()
    plan = build_plan(config)
    build(replace(plan, overrides={**plan.overrides, **CHANGES, "PATH": str(content)}))
    with database.writing() as session:
        moderator = accounts.create_account(session, demo.MODERATOR, password, Role.CHIEF)
    parts = _Parts(config, database, demo.publisher(config, database), moderator)
    for number, text in zip(range(BUSY_MESSAGES), cycle(_texts()), strict=False):
        message, _ = parts.leave(subjects["busy"], f"{text}（{number + 1}）")
        parts.rule(message, Ruling(action=Action.APPROVE))
    values = {}
    for state, (text, rulings) in DECIDED.items():
        number, token = parts.leave("board", text)
        for ruling in rulings:
            parts.rule(number, ruling)
        values[state] = f"/messages/receipt/{token}"
        values |= {OF_DESK[state]: str(number)} if state in OF_DESK else {}
    demo_board.fill(parts.publisher, database, config, moderator)
    parts.publisher.publish_due()
    database.engine.dispose()
    return values


def _texts() -> list[str]:
    messages = tomllib.loads(demo_board.MESSAGES.read_text("utf-8"))["message"]
    return [message["text"] for message in messages if message["state"] == "approved"]


def _write_configuration(folder: Path, public: Path, port: int, service: int) -> Path:
    ours = (HERE / "deploy" / "nginx.conf").read_text("utf-8")
    path = folder / "nginx.conf"
    path.write_text(
        configuration(ours, folder=folder, public=public, port=port, service=service), "utf-8"
    )
    return path


def _answers(address: str) -> bool:
    try:
        return ask(address, "/").status == 200
    except OSError:
        return False
