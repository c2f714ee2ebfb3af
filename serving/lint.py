"""``./run lint``: tells editors everything that the checks find, and mends what is sure."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from comment_archive.directory import BOARD, Directory
from plugins.campaigns import campaign_folder, own_settings, var_folder
from plugins.editing.check import check_content
from plugins.editing.formats import FORMATS, counts
from plugins.editing.kept import KeptStories
from plugins.editing.mending import mend_data, mend_file, texts_in
from plugins.editing.rules.house import read_house_words
from plugins.editing.world import world_of
from plugins.problems import ContentError, Problem, Severity
from theme.illustrations.photographs import PhotographError, make_photographs

ROOT = Path(__file__).parents[1]
CATALOGUES = ROOT / "theme" / "words"
ZONE = "Asia/Shanghai"
FOUND = "linted.json"
"""In the var folder: what was found in stories by the last run."""
HELP = """\
检查专题里的全部文章、图集和首页数据，一行说一处：哪个文件、第几行、第几个字、哪里不对、怎么改、规则的名字。
什么也不会发布；没有改过的报道不会再读一遍，所以随时可以运行。

  ./run lint                            检查全部
  ./run lint content/stories/a.md       只说这一篇（也可以写文件夹，可以写几个）
  ./run lint --fix                      拿得准的当场改好，再说剩下的
  ./run lint --format json              给程序读；github 让 GitHub 标在改动旁边

每条规则查什么，见 docs/zh-CN/checks.md。"""
CODES = (
    "退出码：0 没有要改的，或只有写法上的提醒；1 有要改的（加上 --strict，写法也算）；"
    "2 命令写错了。"
)


class _Parser(argparse.ArgumentParser):
    """Says in Chinese what is wrong with a command."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Tell and end with 2."""
        sys.exit(_refused(f"命令写错了（{message}）：./run lint --help 有说明"))


def main(arguments: Sequence[str]) -> int:
    """Check, mend if that is asked for, and print; gives the exit code."""
    asked = _parser().parse_args(arguments)
    if asked.format not in FORMATS:
        return _refused(f"没有“{asked.format}”这种格式：可以写 {'、'.join(FORMATS)}")
    try:
        folder = campaign_folder(os.environ)
    except ContentError as error:
        return _refused(str(error))
    content = folder / "content"
    files = [Path(file).resolve() for file in asked.files]
    for file in files:
        if not file.exists() or not file.is_relative_to(content):
            return _refused(f"{file} 不是 {content} 里的文件：写一个里面的文件或文件夹")
    try:  # the demonstration's photographs are drawn once, and its albums are wrong without them
        make_photographs(content / "pictures", content / "galleries", tell=_aside)
    except PhotographError as error:
        return _refused(str(error))
    mended = _mend(content, files) if asked.fix else 0
    found = lint(content, var_folder(os.environ), own_settings(folder).get("TIMEZONE", ZONE))
    told = [_from_here(problem) for problem in found.problems if _is_asked(problem.path, files)]
    sys.stdout.write(FORMATS[asked.format](told))
    if asked.format == "text":
        fixed = f"改好了{mended}个文件；" if asked.fix else ""
        sys.stdout.write(f"{fixed}{counts(told, found.files)}\n")
    least = Severity.STYLE if asked.strict else Severity.WARNING
    return int(any(problem.severity >= least for problem in told))


def _aside(line: str) -> None:
    """Tell what is done on the way, beside what a program reads."""
    sys.stderr.write(f"{line}\n")


@dataclass(frozen=True, slots=True)
class Linted:
    """What came of a check."""

    problems: list[Problem]
    files: int
    """How many texts and albums there are."""
    looked: int
    """How many stories had to be read."""


def lint(content: Path, var: Path, zone: str = ZONE) -> Linted:
    """Check the *content* folder, with what the last run left in the *var* folder."""
    kept = KeptStories.read(var / FOUND, world_of(content, CATALOGUES))
    problems = check_content(
        content,
        catalogues=CATALOGUES,
        kept=kept,
        now=datetime.now(ZoneInfo(zone)),
        style=True,
        published=published(var / "releases"),
    )
    with suppress(OSError):  # where nothing can be kept, all is read again the next time
        kept.write()
    return Linted(problems, kept.files, kept.looked)


def published(releases: Path) -> dict[str, str]:
    """Give the stories of the release that readers see: titles by addresses; none before the first
    release.
    """
    record = releases / "current" / "records" / "threads.json"
    if not record.is_file():
        return {}
    stories = Directory.look_into(record).stories()
    return {story.url: story.title for story in stories.values() if story.id != BOARD}


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="./run lint",
        usage="./run lint [文件或文件夹 ...] [--fix] [--strict] [--format text|json|github]",
        description=HELP,
        epilog=CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
    )
    add = parser.add_argument_group("可以写上").add_argument
    add("files", nargs="*", metavar="文件", help="只说这些文件里的；不写就说全部")
    add("--fix", action="store_true", help="拿得准的当场改好")
    add("--strict", action="store_true", help="只有写法上的提醒，退出码也是1")
    add("--format", default="text", metavar="格式", help="text（默认）、json 或 github")
    add("--help", "-h", action="help", help="显示这段说明")
    return parser


def _mend(content: Path, files: Sequence[Path]) -> int:
    """Mend the texts that are asked for; gives how many were to be mended."""
    words, _ = read_house_words(content)
    texts = (path for path in texts_in(content) if _is_asked(path, files))
    data = content / "campaign.toml"
    is_renewed = data.is_file() and _is_asked(data, files) and mend_data(data)
    return sum(mend_file(path, words) for path in texts) + is_renewed


def _is_asked(path: Path, files: Sequence[Path]) -> bool:
    """Say whether *path* is one of *files* or below one; all are when none was named."""
    return not files or any(path == file or file in path.parents for file in files)


def _from_here(problem: Problem) -> Problem:
    """Name the files of *problem* as somebody does who stands in the project's folder."""
    here = Path.cwd()
    path = problem.path.relative_to(here) if problem.path.is_relative_to(here) else problem.path
    what = problem.what.replace(f"{here}{os.sep}", "")  # another file that it is about
    return replace(problem.at(path), what=what)


def _refused(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
