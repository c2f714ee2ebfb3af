"""What the tasks do that begin a story, an album or a campaign: ask, write, say what comes next."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from plugins.campaign.addresses import slug_of, story_slug
from plugins.campaigns import CAMPAIGNS, STARTER, VARIABLE, campaign_folder, folder_of
from plugins.progress import shown as shown_progress
from plugins.starting.albums import Kept, album_place, keep_album
from plugins.starting.answers import read_folder, read_needed
from plugins.starting.asking import (
    Asker,
    Question,
    Unanswered,
    WrongAnswer,
    clean,
    open_terminal,
    say,
)
from plugins.starting.campaign import ask_wishes, begin_campaign, skins_in
from plugins.starting.desk import Desk
from plugins.starting.files import BeginError
from plugins.starting.photos import by_time, look, photos_in
from plugins.starting.stories import begin_story
from serving.environment import HERE, told_plainly
from serving.lint import lint

WITHOUT_ANSWER = 2
"""The exit code when an answer is missing or wrong, and nobody can be asked."""
INTERRUPTED = 130
ORDERS = ("name", "time")
MEGABYTE = 1_000_000
UNFINISHED = "没有写下任何文件"


def new_story(answers: Mapping[str, str], *, takes_defaults: bool) -> None:
    """Ask for a story, write it, and say what is left to do."""
    with beginning(answers, takes_defaults) as asker:
        path = begin_story(asker, desk := make_desk())
        say(f"\n写好了：{shown(path)}")
        say(f"地址是 /stories/{story_slug(path)}/，由文件名来定，以后改标题也不会变。")
        tell_rest(desk, path)
        say("接下来：打开这个文件写正文，用 ./run write 边写边看；")
        say("写完去掉 status: draft 那一行，再用 ./run build 发布。")


def new_gallery(answers: Mapping[str, str], *, takes_defaults: bool) -> None:
    """Make an album of a folder, or bring new pictures to it, and say what is left to do."""
    with beginning(answers, takes_defaults) as asker:
        folder = asker.ask(Question(option="folder", words="照片在哪个文件夹", read=read_folder))
        order = asker.given.get("order", ORDERS[0])
        if order not in ORDERS:
            raise BeginError(f"--order 写 {' 或 '.join(ORDERS)}：name 按文件名，time 按拍摄时间")
        with shown_progress("看照片", len(photos_in(folder))) as step:
            looked = look(folder, step)
        shots = by_time(looked.shots) if order == "time" else looked.shots
        desk = make_desk()
        for line in looked.skipped:
            say(f"跳过 {line}")
        place = album_place(folder, desk.content, shots)
        called = folder.resolve().name
        _tell_album(desk, keep_album(asker, desk, place, shots, called))


def new_campaign(answers: Mapping[str, str], *, takes_defaults: bool) -> None:
    """Make a campaign beside this one, and say how the tasks are told of it."""
    with beginning(answers, takes_defaults) as asker:
        words = "专题的文件夹叫什么（中文取拼音）"
        folder, name = asker.ask(Question(option="name", words=words, read=_free_folder))
        skins = skins_in(HERE / "theme" / "static" / "css" / "skins")
        wishes = ask_wishes(asker, name, folder_of(STARTER), skins)
        count = begin_campaign(folder, folder_of(STARTER), wishes, make_desk().today)
        called = folder.name if folder.parent == CAMPAIGNS else str(folder)
        say(f"\n写好了：{shown(folder)}（{count} 个文件）")
        say("每条命令前面写上它的名字，说的就是这个专题：")
        for task in ("write", "build", "serve --port 8001"):
            say(f"  {VARIABLE}={called} ./run {task}")
        say("里面的文字和插画都是占位的，请换成自己的。")
        say(f"数据在 {shown(folder / 'var')}，不和别的专题混在一起。")


def _free_folder(name: str) -> tuple[Path, str]:
    """Give where the campaign *name* will stand, which may be a path, and what it is called."""
    folder = folder_of(name if set("/\\") & {*name} else slug_of(read_needed(name)))
    if folder == CAMPAIGNS:
        raise WrongAnswer(f"“{name}”里没有能读出来的字：用汉字、字母或数字")
    if folder.exists():
        raise WrongAnswer(f"{shown(folder)} 已经有了，没有动它：换一个名字")
    return folder, Path(name).name


def _tell_album(desk: Desk, kept: Kept) -> None:
    if not (kept.is_new or kept.added):
        say(f"没有新的照片，{shown(kept.path)} 没有改动。")
        return
    done = "写好了" if kept.is_new else "在末尾添上了"
    copied = f"，复制了 {kept.copied / MEGABYTE:.1f} MB，原来的文件没有动" if kept.copied else ""
    say(f"\n{done}：{shown(kept.path)}（{kept.added} 张{copied}）")
    say(f"地址是 /galleries/{slug_of(kept.path.parent.name)}/，由文件夹的名字来定。")
    tell_rest(desk, kept.path)
    if kept.is_new:
        say(f"放进报道：单独写一段 [[图集：{kept.path.parent.name}]]")
        say("接下来：给没有说明的照片补上方括号里的字，用 ./run write 边改边看；")
        say("改好去掉 status: draft 那一行，再用 ./run build 发布。")


@contextmanager
def beginning(answers: Mapping[str, str], takes_defaults: bool = False) -> Iterator[Asker]:
    """Give what asks, and turn all that can stop it into a sentence and an exit code."""
    is_terminal = open_terminal()
    given = {option: clean(answer) for option, answer in answers.items() if answer}
    with told_plainly():
        try:
            yield Asker(given=given, is_asking=is_terminal and not takes_defaults)
        except BeginError as error:
            sys.exit(str(error))
        except FileExistsError as error:
            sys.exit(f"{error.filename} 刚刚有人写了，{UNFINISHED}：再运行一次")
        except Unanswered as error:
            sys.stderr.write(f"{error}\n")
            sys.exit(WITHOUT_ANSWER)
        except (KeyboardInterrupt, EOFError):
            sys.stderr.write(f"\n中断了，{UNFINISHED}。\n")
            sys.exit(INTERRUPTED)


def make_desk() -> Desk:
    """Look at the content of the campaign that the environment names."""
    import pelicanconf  # reads that campaign's settings

    content = campaign_folder(os.environ) / "content"
    return Desk(content, datetime.now(ZoneInfo(pelicanconf.TIMEZONE)).date())


def tell_rest(desk: Desk, path: Path) -> None:
    """Say what ``./run lint`` finds in *path*, which is what is left to write."""
    import pelicanconf

    problems = lint(desk.content, pelicanconf.VAR, pelicanconf.TIMEZONE).problems
    found = [problem for problem in problems if problem.path == path]
    if found:
        say("还要补上：")
    for problem in found:
        say(f"  {problem.at(Path(shown(path)))}")


def shown(path: Path) -> str:
    """Give *path* as people read it: from the project's folder, if it is within."""
    return str(path.relative_to(HERE) if path.is_relative_to(HERE) else path)
