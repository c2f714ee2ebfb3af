"""Asks an external service about a message, if the operator runs one or is bound to use one.

Its answer is a finding like any other: it orders the queue and decides nothing. No answer, or an
odd one, holds the message.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPMessage, HTTPResponse
from typing import IO, Any, cast
from urllib.request import HTTPRedirectHandler, Request, build_opener

from comments_service.screening.submission import Finding, Submission, Verdict

log = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024
AT_A_TIME = 8 * 1024
MOST_DETAIL = 200
SIGNATURE = "X-Huisheng-Signature"
VERDICTS: Mapping[str, Verdict | None] = {
    "pass": None,  # nosec B105 -- a verdict, no password
    "mark": Verdict.MARK,
    "hold": Verdict.HOLD,
    "refuse": Verdict.HOLD,  # only our own lists act by themselves
}
FAILED = Finding("check-failed", Verdict.HOLD, "外部检查没有给出结果，请人工细看。")


class OddAnswerError(Exception):
    """The check answered something else than was asked for."""


class _NoRedirects(HTTPRedirectHandler):
    """A message goes to the address that was set, and nowhere else."""

    def redirect_request(
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        """Follow nothing: the answer's status is then an error."""


_opener = build_opener(_NoRedirects)


def external_check(submission: Submission) -> Finding | None:
    """Pass on what the external check found."""
    return submission.check


def ask_check(
    url: str, secret: str, seconds: float, submission: Submission, now: datetime
) -> Finding | None:
    """Ask the check at *url* about *submission*; None where it has nothing to say.

    Never raises: whatever fails holds the message.
    """
    body = _question(submission, now)
    headers = {
        "Content-Type": "application/json",
        SIGNATURE: signature(secret, body, now),
    }
    try:
        request = Request(url, data=body, headers=headers, method="POST")  # noqa: S310 -- the operator's address; config.py allows http and https
        return _finding(_ask(request, seconds))
    except Exception as error:
        log.warning("external check failed", extra={"error": type(error).__name__})
        return FAILED


def signature(secret: str, body: bytes, now: datetime) -> str:
    """Sign *body* together with the moment, so that it cannot be sent again later."""
    moment = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256)
    return f"t={moment},v1={digest.hexdigest()}"


def _question(submission: Submission, now: datetime) -> bytes:
    return json.dumps(
        {
            "thread": submission.thread,
            "name": submission.author,
            "text": submission.text,
            "at": now.isoformat(),
        }
    ).encode("ascii")


def _ask(request: Request, seconds: float) -> object:
    """Give the check's answer; a slow one is given up, also when it drips."""
    deadline = time.monotonic() + seconds
    with _opener.open(request, timeout=seconds) as opened:
        response = cast(HTTPResponse, opened)
        if response.status != 200:
            raise OddAnswerError("status")
        answer = b""
        while piece := response.read1(AT_A_TIME):
            answer += piece
            if len(answer) > MOST_BYTES or time.monotonic() > deadline:
                raise OddAnswerError("size or time")
    return json.loads(answer)


def _finding(answer: object) -> Finding | None:
    if not isinstance(answer, dict) or answer.get("verdict") not in VERDICTS:
        raise OddAnswerError("form")
    fields = cast(dict[str, Any], answer)
    verdict = VERDICTS[fields["verdict"]]
    if verdict is None:
        return None
    return Finding("check", verdict, f"外部检查：{_detail(fields.get('detail'))}")


def _detail(detail: object) -> str:
    """Give what the check says in a line, without what a page or the database cannot hold."""
    if not isinstance(detail, str):
        return "请细看。"
    words = "".join(" " if unicodedata.category(char) in {"Cc", "Cs"} else char for char in detail)
    return " ".join(words.split())[:MOST_DETAIL] or "请细看。"
