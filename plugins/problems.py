"""What an editor's mistake is, wherever it stands: in a head, a text or the campaign's data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path

from plugins.encodings import certain_text, likely_encoding


class Severity(IntEnum):
    """What a mistake stops."""

    STYLE = 0
    """Nothing, and a build does not tell it: only whoever asks for the checks hears of it."""
    WARNING = 1
    """Nothing: it is told, no more."""
    PUBLISHING = 2
    """A site for the public; a preview is built all the same."""
    BUILD = 3
    """Every build."""


class ContentError(Exception):
    """The site cannot be built of what editors gave; the message holds a line a mistake."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake of an editor, told so that he can mend it."""

    path: Path
    line: int
    what: str
    mend: str
    severity: Severity = Severity.BUILD
    column: int = 0
    """The character of the line at which it begins, from 1; 0 for the whole line."""
    rule: str = ""
    """The name of the rule that it breaks, one of :data:`plugins.editing.rules.RULES`."""
    is_mendable: bool = False
    """Whether ``--fix`` mends it."""

    def at(self, path: Path) -> Problem:
        """Give the same problem with its file named by *path*."""
        return replace(self, path=path)

    def stops(self, *, is_public: bool) -> bool:
        """Say whether a build is refused for it, that of a public site or that of a preview."""
        least = Severity.PUBLISHING if is_public else Severity.BUILD
        return self.severity >= least

    @property
    def order(self) -> tuple[Path, int, int, str, str]:
        """What problems are sorted by: where they are, then what they say."""
        return self.path, self.line, self.column, self.rule, self.what

    def __str__(self) -> str:
        """Write it as ``file:line:column: what：how to mend [rule]``, the column where that is
        known.
        """
        place = f"{self.line}:{self.column}" if self.column else f"{self.line}"
        rule = f" [{self.rule}]" if self.rule else ""
        return f"{self.path}:{place}: {self.what}：{self.mend}{rule}"


def did_you_mean(near: str) -> str:
    """Ask whether *near*, the nearest thing that there is, was meant."""
    return f"是不是想写 {near}？"


class UnreadableText(ValueError):
    """A file is no text in UTF-8; ``problem`` tells it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read_text(path: Path) -> str:
    """Read a text in UTF-8, with or without a byte order mark; its lines end in ``\\n`` alone.

    Raises UnreadableText for another encoding and for a file that this user may not read, and
    OSError.
    """
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except PermissionError as error:
        mend = "改一下文件的权限，让运行命令的用户能读"
        problem = Problem(path, 1, "没有权限读这个文件", mend, rule="unreadable")
        raise UnreadableText(problem) from error
    except UnicodeDecodeError as error:
        what = f"文件不是UTF-8编码（第{error.start + 1}个字节起读不通）"
        raise UnreadableText(_of_encoding(path, content, what)) from error
    if "\0" in text and likely_encoding(content) == "UTF-16":
        raise UnreadableText(_of_encoding(path, content, "文件不是UTF-8编码"))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _of_encoding(path: Path, content: bytes, what: str) -> Problem:
    """Tell of a file in another encoding, and which that looks like."""
    likely = likely_encoding(content)
    is_mendable = certain_text(content) is not None
    told = f"{what}，看起来是{likely}" if likely else what
    return Problem(path, 1, told, "用编辑器另存为UTF-8", rule="encoding", is_mendable=is_mendable)
