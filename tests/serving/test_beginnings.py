"""`./run new` and `./run new gallery`, as an editor uses them: on a terminal, and from scripts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from plugins.campaigns import VARIABLE
from plugins.editing.check import check_content
from plugins.editing.rules.unwritten import FIRST_LINE
from tests.serving.terminal import Terminal
from tests.site.albums import photograph
from tests.site.browserless import ROOT

SAMPLE = ROOT / "tests" / "site" / "sample"
TITLE = "广东会馆的灯"
SLUG = "guang-dong-hui-guan-de-deng"
ANSWERS = ["--title", TITLE, "--theme", "culture", "--summary", "一句话。"]


@pytest.fixture
def campaign(tmp_path):
    """Give a campaign of its own: the sample's content."""
    shutil.copytree(SAMPLE, tmp_path / "campaign" / "content")
    return tmp_path / "campaign"


def environment(campaign):
    """Give an environment in which the tasks are about *campaign*."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("COMMENTS_")}
    return plain | {VARIABLE: str(campaign), "TERM": "xterm", "LC_ALL": "C.UTF-8"}


def command(*words):
    """Give the command that `./run` hands on to."""
    return [sys.executable, "-m", "invoke", *words]


def scripted(campaign, *words):
    """Run a task without a terminal; gives its exit code, what it said, what it complained of."""
    done = subprocess.run(
        command(*words),
        cwd=ROOT,
        env=environment(campaign),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout, done.stderr


def on_terminal(campaign, *words):
    """Start a task on a terminal."""
    return Terminal(command(*words), environment(campaign), str(ROOT))


def files(folder):
    """Give all files of an editor below *folder* with their content."""
    paths = (path for path in (folder / "content").rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def added(campaign, before):
    """Name the files that are there since *before*; nothing else may have changed."""
    now = files(campaign)
    assert {name: now.get(name) for name in before} == before
    return sorted(now.keys() - before.keys())


def today():
    """Give the day it is on the site."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()


def test_a_story_is_asked_for(campaign, tmp_path):
    """Wrong answers are asked again with what is right; the file is ready to be written on, a
    draft, with its picture beside the others.
    """
    picture = tmp_path / "雨天 (1).JPG"
    picture.write_bytes(photograph(2))
    before = files(campaign)
    editor = on_terminal(campaign, "new")
    editor.answer("标题：", "")
    editor.wait_for("不能空着")
    editor.answer("标题：", TITLE)
    editor.wait_for("1  ")
    editor.answer("主题", "culure")
    editor.wait_for("是不是 culture？")
    editor.answer("主题", "ｃulture")
    editor.answer(f"日期［直接回车：{today()}］：", "２０１５－１３－０５")
    editor.wait_for("不是一个日期")
    editor.answer("日期", "２０１５－１２－０５")
    editor.answer("题图", f"'{picture}'")
    editor.answer("图上画了什么", "IMG_1234")
    editor.wait_for("像是文件名")
    editor.answer("图上画了什么", "两个人在灯下看地图")
    editor.answer("收不收留言", "也许")
    editor.answer("收不收留言", "否")
    editor.answer("摘要", "灯下的一句话。")
    editor.answer("署名", "编辑部")
    assert editor.end() == 0
    story = campaign / "content" / "stories" / f"{SLUG}.md"
    assert added(campaign, before) == [
        "content/pictures/yu-tian-1.jpg",
        f"content/stories/{SLUG}.md",
    ]
    assert story.read_text("utf-8") == (
        f"title: {TITLE}\ndate: 2015-12-05\ntheme: culture\nsummary: 灯下的一句话。\n"
        "picture: yu-tian-1.jpg\npicture_alt: 两个人在灯下看地图\ncredit: 编辑部\n"
        f"comments: closed\nstatus: draft\n\n{FIRST_LINE}\n"
    )
    assert str(story) in editor.text()
    assert f"/stories/{SLUG}/" in editor.text()
    assert "./run write" in editor.text()
    assert [each for each in check_content(campaign / "content") if each.path == story] == []


def test_answers_in_gbk(campaign):
    """A Chinese Windows sends its own bytes; they are read as what they are."""
    editor = on_terminal(campaign, "new", "--yes", "--theme", "1", "--summary", "一句")
    assert editor.end() == 2
    editor = on_terminal(campaign, "new", "--theme", "1", "--summary", "一句", "--picture", "无")
    editor.answer("标题：", TITLE.encode("gb18030"))
    for question in ("日期", "收不收留言", "署名"):
        editor.answer(question, "")
    assert editor.end() == 0
    assert f"title: {TITLE}\n" in (campaign / "content" / "stories" / f"{SLUG}.md").read_text(
        "utf-8"
    )


@pytest.mark.parametrize(
    ("answers", "key"),
    [
        ([], b"\x03"),
        ([("标题：", TITLE), ("主题", "1")], b"\x03"),
        ([("标题：", TITLE), ("主题", "1"), ("日期", "")], b"\x04"),
    ],
    ids=["Ctrl-C at once", "Ctrl-C in the middle", "end of the input"],
)
def test_leaving_leaves_nothing(campaign, answers, key):
    """Whoever goes away in the middle finds everything as it was."""
    before = files(campaign)
    editor = on_terminal(campaign, "new", "--picture", "无")
    for question, words in answers:
        editor.answer(question, words)
    editor.wait_for("：" if not answers else "［")
    editor.press(key)
    assert editor.end() == 130
    assert "没有写下任何文件" in editor.text()
    assert "Traceback" not in editor.text()
    assert added(campaign, before) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "还缺 --title、--theme、--summary"),
        (["--title", "一", "--summary", "一", "--theme", "culure"], "是不是 culture？"),
        ([*ANSWERS, "--picture", "no.svg"], "没有“no.svg”"),
    ],
)
def test_scripts_are_told_what_is_missing_or_wrong(campaign, words, told):
    """Without a terminal nothing is asked: one sentence, exit code 2, no file."""
    before = files(campaign)
    code, said, complaint = scripted(campaign, "new", *words)
    assert (code, said, complaint.count("\n")) == (2, "", 1)
    assert told in complaint
    assert added(campaign, before) == []


def test_without_any_input_at_all(campaign):
    """A process that was started with its input closed is told like any other script."""
    closed = ["sh", "-c", 'exec "$@" <&-', "sh", *command("new")]
    done = subprocess.run(
        closed, cwd=ROOT, env=environment(campaign), capture_output=True, text=True
    )
    assert (done.returncode, "还缺 --title" in done.stderr) == (2, True)


def test_scripts_answer_by_options_and_overwrite_nothing(campaign):
    """A second story of the same title stands beside the first one."""
    before = files(campaign)
    options = ["--date", "2015年12月5日", "--messages", "closed", "--picture", "scene.svg"]
    for _ in range(2):
        assert scripted(campaign, "new", *ANSWERS, *options, "--alt", "灯")[0] == 0
    assert added(campaign, before) == [f"content/stories/{SLUG}{end}.md" for end in ("-2", "")]
    first = (campaign / "content" / "stories" / f"{SLUG}.md").read_text("utf-8")
    assert "date: 2015-12-05\n" in first
    assert "picture: scene.svg\npicture_alt: 灯\n" in first
    assert "comments: closed\n" in first


def test_what_is_left_to_write_is_told(campaign):
    """A picture without words and the line in the text's place are told with file and line."""
    code, said, _ = scripted(campaign, "new", *ANSWERS, "--picture", "scene.svg")
    story = campaign / "content" / "stories" / f"{SLUG}.md"
    assert code == 0
    assert re.findall(rf"{story}:(\d+):.*\[([a-z-]+)\]", said) == [
        ("5", "alt-missing"),
        ("9", "unwritten"),
    ]


def test_credit_is_that_of_the_last_story(campaign):
    """Who wrote the newest story most likely writes this one."""
    stories = campaign / "content" / "stories"
    for day, name in (("2015-12-30", "新"), ("2015-12-29", "旧")):
        head = f"title: {day}\ndate: {day}\ntheme: culture\nsummary: 一。\ncredit: {name}\n"
        (stories / f"{day}.md").write_text(f"{head}\n正文。\n", "utf-8")
    assert scripted(campaign, "new", *ANSWERS)[0] == 0
    assert "credit: 新\n" in (stories / f"{SLUG}.md").read_text("utf-8")


def test_an_album_is_asked_for(campaign, tmp_path):
    """A folder becomes an album; a second time only what is new is added."""
    folder = tmp_path / "街角的 U站"
    folder.mkdir()
    (folder / "1.jpg").write_bytes(photograph(1, captions={"zh-CN": "开门"}, alt="门开着"))
    (folder / "2.jpg").write_bytes(photograph(2))
    (folder / "坏.jpg").write_bytes(photograph(1)[:2000])
    editor = on_terminal(campaign, "new-gallery", "--folder", str(folder))
    editor.wait_for("跳过 坏.jpg")
    editor.answer("图集的标题［直接回车：街角的 U站］", "")
    editor.answer("日期", "2015-12-20")
    editor.answer("摘要", "从开门到收伞。")
    editor.answer("主题", "")
    editor.answer("署名", "摄影：街坊")
    assert editor.end() == 0
    album = campaign / "content" / "galleries" / "jie-jiao-de-u-zhan" / "index.md"
    assert album.read_text("utf-8") == (
        "title: 街角的 U站\ndate: 2015-12-20\nsummary: 从开门到收伞。\ncover: 1.jpg\n"
        'credit: 摄影：街坊\nstatus: draft\n\n![门开着](1.jpg "开门")\n![](2.jpg)\n'
    )
    assert f"{album}:9" in editor.text()
    (folder / "3.jpg").write_bytes(photograph(3))
    assert scripted(campaign, "new-gallery", "--folder", str(folder))[0] == 0
    assert album.read_text("utf-8").endswith("![](2.jpg)\n\n![](3.jpg)\n")
    code, said, _ = scripted(campaign, "new-gallery", "--folder", str(folder))
    assert (code, "没有新的照片" in said) == (0, True)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--folder", "/nowhere"], 2, "没有文件夹“/nowhere”"),
        (["--folder", "{empty}", "--order", "size"], 1, "name 或 time"),
    ],
)
def test_folders_that_cannot_be_an_album(campaign, tmp_path, words, code, told):
    """No folder, no pictures, no such order: one sentence and no file."""
    (tmp_path / "empty").mkdir()
    before = files(campaign)
    words = [word.format(empty=tmp_path / "empty") for word in words]
    found, _, complaint = scripted(
        campaign, "new-gallery", "--title", "一", "--summary", "一", *words
    )
    assert found == code
    assert told in complaint
    assert added(campaign, before) == []


@pytest.mark.parametrize(
    ("words", "handed_on"),
    [
        (["new"], ["new"]),
        (["new", "--title", "一 二"], ["new", "--title", "一 二"]),
        (["new", "gallery", "我的 照片"], ["new-gallery", "--folder", "我的 照片"]),
        (["new", "gallery", "a", "--yes"], ["new-gallery", "--folder", "a", "--yes"]),
        (["new", "gallery"], ["new-gallery"]),
        (["new", "gallery", "--help"], ["new-gallery", "--help"]),
        (["rollback", "12"], ["rollback", "--number", "12"]),
        (["campaign"], ["campaign", ""]),
        (["campaign", "春天"], ["campaign", "春天"]),
    ],
)
def test_what_run_hands_on(tmp_path, words, handed_on):
    """The script takes the words as documents write them, and Invoke gets options."""
    shutil.copy(ROOT / "run", tmp_path / "run")
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', "utf-8")
    python.chmod(0o755)
    stamp = subprocess.run(
        ["cksum"], input=(tmp_path / "requirements.txt").read_bytes(), capture_output=True
    )
    (tmp_path / ".venv" / "requirements.txt.installed").write_bytes(stamp.stdout)
    done = subprocess.run([tmp_path / "run", *words], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["-m", "invoke", *handed_on]
