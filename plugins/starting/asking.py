"""Asks editors on a terminal, plainly: a line out, a line in, so that readers of screens and pipes
are served as well. What is wrong is said, and asked again.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from io import TextIOWrapper
from typing import Generic, TypeVar

KEY = re.compile(r"\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Z])?")
"""What arrows and other keys send that move nothing here."""
T = TypeVar("T")
Read = Callable[[str], T]


class WrongAnswer(ValueError):
    """An answer that cannot be taken; the message says what can."""


class Unanswered(Exception):
    """Nobody can be asked, and an answer is missing or wrong; the message names the option."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[T]):
    """Something to be asked."""

    option: str
    """The option that answers it, without its two hyphens."""
    words: str
    """What is asked, in a few words."""
    read: Read[T]
    """Gives what an answer means; raises WrongAnswer."""
    default: str | None = None
    """What an empty answer stands for; None when there must be one."""
    shown: str | None = None
    """How the default is told, if not as it is."""
    before: str = ""
    """Lines that go before it, such as a list to choose from."""

    def prompt(self) -> str:
        """Give the line before the cursor."""
        told = self.default if self.shown is None else self.shown
        return f"{self.words}［直接回车：{told}］：" if told else f"{self.words}："


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Gets answers: from options, else from whoever sits at the terminal, else the defaults."""

    given: Mapping[str, str] = field(default_factory=dict)
    """Answers by option; an empty one was not given."""
    is_asking: bool = True
    """Whether there is a terminal, and questions are wanted."""

    def require(self, *options: str) -> None:
        """Make sure that answers without a default are given, where nobody can be asked; raises
        Unanswered, which names all that are missing.
        """
        missing = [f"--{option}" for option in options if not self.given.get(option)]
        if missing and not self.is_asking:
            raise Unanswered(f"没有写下任何文件：还缺 {'、'.join(missing)}，请写在命令后面")

    def ask(self, question: Question[T]) -> T:
        """Get the answer to *question*; raises Unanswered, EOFError and KeyboardInterrupt."""
        if not self.is_asking:
            return self._answered(question)
        if given := self.given.get(question.option):
            try:
                return question.read(clean(given))
            except WrongAnswer as error:
                say(f"  {error}")
        return self._asked(question)

    def _answered(self, question: Question[T]) -> T:
        """Take the option or the default, as nobody can be asked."""
        self.require(*[question.option] if question.default is None else [])
        text = self.given.get(question.option) or question.default or ""
        try:
            return question.read(clean(text))
        except WrongAnswer as error:
            where = f"--{question.option} {text}"
            raise Unanswered(f"没有写下任何文件：{where}：{error}") from error

    def _asked(self, question: Question[T]) -> T:
        if question.before:
            say(question.before)
        while True:
            text = read_line(question.prompt()) or (question.default or "")
            try:
                return question.read(text)
            except WrongAnswer as error:
                say(f"  {error}")


def say(text: str) -> None:
    """Write *text* on a line of its own."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def read_line(prompt: str) -> str:
    """Ask for a line; raises EOFError at the end of the input.

    Instead of ``input``, in which a Ctrl-C between prompt and reading is lost.
    """
    sys.stdout.write(prompt)
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return clean(line)


def open_terminal() -> bool:
    """Make both ends of the terminal take any character; gives whether somebody sits there.

    Readline is left out: it takes the bytes of Chinese Windows for keys.
    """
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "replace")):
        if isinstance(stream, TextIOWrapper):  # a process may be started without them
            stream.reconfigure(errors=errors)
    return sys.stdin is not None and sys.stdin.isatty()


def clean(text: str) -> str:
    """Give *text* as it was meant, whatever encoding the terminal sends, without signs that nobody
    sees.
    """
    text = KEY.sub("", _decoded(text))
    seen = (sign if sign.isprintable() else " " * sign.isspace() for sign in text)
    return "".join(seen).strip()


def _decoded(text: str) -> str:
    """Read the bytes of *text* anew: UTF-8, else GB 18030, which Chinese Windows sends."""
    with suppress(UnicodeEncodeError):
        encoding = getattr(sys.stdin, "encoding", None) or "utf-8"
        content = text.encode(encoding, "surrogateescape")
        for encoding in ("utf-8", "gb18030"):
            with suppress(UnicodeDecodeError):
                return content.decode(encoding)
    return text.encode("utf-8", "replace").decode()
