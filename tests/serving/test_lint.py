"""./run lint tells what is wrong, mends what is sure, and says so by its exit code."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from plugins.editing.formats import as_github, counts
from plugins.editing.rules import RULES
from plugins.problems import Problem, Severity
from serving.lint import main
from tests.living_site import ROOT, SAMPLE
from tests.plugins.writing import STORY, write


@pytest.fixture
def content(tmp_path, monkeypatch):
    """Give the content of a campaign that lint is about."""
    shutil.copytree(SAMPLE, tmp_path / "content")
    monkeypatch.setenv("HUISHENG_CAMPAIGN", str(tmp_path))
    monkeypatch.delenv("COMMENTS_VAR", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "content"


def lint(capsys, *arguments):
    """Run lint; gives its exit code and the lines that it prints."""
    code = main(arguments)
    return code, capsys.readouterr().out.splitlines()


def test_nothing_to_mend(content, capsys):
    """Good content has no line but the count."""
    code, lines = lint(capsys)
    files = len([*content.glob("*/*.md")])
    assert (code, lines) == (0, [f"检查了{files}个文件，没有要改的"])
    assert (content.parent / "var" / "linted.json").is_file()


def test_the_projects_own_content(capsys, monkeypatch, tmp_path):
    """The demonstration has nothing to be mended, not even its style."""
    monkeypatch.delenv("HUISHENG_CAMPAIGN", raising=False)
    monkeypatch.setenv("COMMENTS_VAR", str(tmp_path))
    code, lines = lint(capsys, "--strict")
    assert (code, len(lines)) == (0, 1)


def test_a_line_each(content, capsys):
    """Each problem has file, line, column, what, mend and rule; the last line counts them."""
    write(content / "stories" / "one.md", STORY | {"theme": "Culture"}, "义工,大家好。")
    code, lines = lint(capsys)
    assert code == 1
    assert lines[0] == (
        "content/stories/one.md:3:8: 没有主题“Culture”：是不是想写 culture？ [unknown-theme]"
    )
    assert re.fullmatch(r"content/stories/one\.md:10:3: .+：.+ \[half-width\]", lines[1])
    assert lines[2].endswith("：1处错误，1处写法；其中1处加上 --fix 就能改")
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("changes", "text", "plain", "strict"),
    [
        pytest.param({}, "正文。", 0, 0, id="nothing"),
        pytest.param({}, "义工,大家好。", 0, 1, id="style"),
        pytest.param({"comments": "no"}, "正文。", 1, 1, id="mistake"),
        pytest.param({"picture_alt": None}, "正文。", 1, 1, id="of publishing"),
        pytest.param({"formerly": None}, "[一](/stories/gone/)", 1, 1, id="warning"),
    ],
)
def test_exit_codes(content, capsys, changes, text, plain, strict):
    """Style alone is 0 unless asked for otherwise, all else is 1, also when it was kept."""
    gone = STORY | {"status": "withdrawn", "withdrawn": "2015-12-30 有误"}
    write(content / "stories" / "gone.md", gone)
    path = write(content / "stories" / "one.md", STORY | changes, text)
    os.utime(path, (1_450_000_000, 1_450_000_000))
    assert [lint(capsys)[0], lint(capsys)[0], lint(capsys, "--strict")[0]] == [plain, plain, strict]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--format", "xml"], id="format"),
        pytest.param(["--wrong"], id="flag"),
        pytest.param(["nowhere.md"], id="no file"),
        pytest.param(["/etc/hosts"], id="file elsewhere"),
    ],
)
def test_wrong_usage(content, capsys, arguments):
    """A command that cannot be meant is told in Chinese, with 2."""
    try:
        code = main(arguments)
    except SystemExit as end:
        code = end.code
    assert code == 2
    said = capsys.readouterr()
    assert (said.out, bool(re.search("[\u4e00-\u9fff]", said.err))) == ("", True)


def test_unknown_campaign(content, capsys, monkeypatch):
    """A campaign that is not there is told, with 2."""
    monkeypatch.setenv("HUISHENG_CAMPAIGN", str(content / "nowhere"))
    assert main([]) == 2
    assert "HUISHENG_CAMPAIGN" in capsys.readouterr().err


def test_help_teaches(capsys):
    """The help has examples, every flag, and the exit codes."""
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    said = capsys.readouterr().out
    assert end.value.code == 0
    for part in ("./run lint content/", "--fix", "--strict", "--format", "退出码", "checks.md"):
        assert part in said


@pytest.mark.parametrize("asked", ["content/stories/one.md", "content/stories/sub", "content"])
def test_files_that_are_asked_for(content, capsys, asked):
    """Only what is wrong in the files and folders that are named is told."""
    for name in ("one", "sub/two", "three"):
        write(content / "stories" / f"{name}.md", STORY | {"comments": "no"})
    _, lines = lint(capsys, asked)
    told = [line.partition(":")[0] for line in lines[:-1]]
    every = [f"content/stories/{name}.md" for name in ("one", "sub/two", "three")]
    assert sorted(told) == sorted(name for name in every if name.startswith(asked))


def test_other_files_are_named_from_here(content, capsys):
    """A file that a mistake is about is named like the one that it stands in."""
    write(content / "stories" / "one.md", STORY | {"formerly": "first"})
    code, lines = lint(capsys)
    assert code == 1
    assert any("first 现在是 content/stories/first.md 的地址" in line for line in lines)


def test_demonstrations_photographs_are_drawn(content, capsys):
    """An album of a fresh clone has its pictures when it is checked, and output stays as it is."""
    album = content / "galleries" / "drawn"
    album.mkdir(parents=True)
    head = {"title": "画", "date": "2015-12-05", "summary": "一句。", "credit": "编辑部"}
    write(album / "index.md", head, "![画面](1.jpg)")
    listed = '[[photograph]]\nfile = "1.jpg"\ndrawing = "scene.svg"\ncaption = "画"\n'
    (album / "photographs.toml").write_text(f'{listed}caption_en = "Drawing"\n', "utf-8")
    code, lines = lint(capsys)
    assert (code, len(lines)) == (0, 1)
    assert (album / "1.jpg").is_file()


def test_json(content, capsys):
    """Programs get a list, with nothing before or behind it."""
    write(content / "stories" / "one.md", STORY | {"tags": None, "summary": None}, "义工,大家好。")
    assert main(["--format", "json"]) == 1
    first, second = json.loads(capsys.readouterr().out)
    assert first == {
        "path": "content/stories/one.md",
        "line": 1,
        "column": None,
        "rule": "key-missing",
        "severity": "build",
        "what": "缺少 summary",
        "mend": "加一行“summary: ……”",
        "fixable": False,
    }
    assert (second["rule"], second["line"], second["column"]) == ("half-width", 8, 3)
    assert (second["severity"], second["fixable"]) == ("style", True)


def test_github():
    """What would end a command or a part of it is written as GitHub reads it back."""
    problems = [
        Problem(Path("a,b:c.md"), 3, "100%\n坏", "改", Severity.BUILD, 5, "broken-link"),
        Problem(Path("一.md"), 1, "短", "换", Severity.STYLE, rule="picture-small"),
        Problem(Path("二.md"), 1, "没有了", "加上", Severity.WARNING, rule="lost-address"),
    ]
    assert as_github(problems).splitlines() == [
        "::error file=a%2Cb%3Ac.md,line=3,col=5,title=broken-link::100%25%0A坏：改",
        "::notice file=一.md,line=1,title=picture-small::短：换",
        "::warning file=二.md,line=1,title=lost-address::没有了：加上",
    ]
    assert counts(problems, 2) == "检查了2个文件：1处错误，1处提醒，1处写法"


def test_fix(content, capsys):
    """What is sure is mended, what is not is told; the second time there is nothing left."""
    path = write(content / "stories" / "one.md", STORY, "义工,大家好。")
    path.write_bytes(path.read_text("utf-8").replace("theme: ", "theme：").encode("gb18030"))
    other = write(content / "stories" / "two.md", STORY, "他,来了。[一](/nowhere/)")
    before = other.read_bytes()
    code, lines = lint(capsys, "--fix", "content/stories/one.md")
    assert (code, lines[-1][:5]) == (0, "改好了1个")
    assert path.read_text("utf-8") == write(path, STORY, "义工，大家好。").read_text("utf-8")
    assert other.read_bytes() == before
    code, lines = lint(capsys, "--fix")
    assert (code, len(lines), lines[-1][:5]) == (1, 2, "改好了1个")
    assert "[broken-link]" in lines[0]
    assert lint(capsys, "--fix")[1][-1][:5] == "改好了0个"


def test_address_that_is_lost(sqlite_site, capsys, monkeypatch):
    """An address that readers know and no file gives is told, with the file that it may have
    become; once that says so, or is withdrawn, nothing is.
    """
    site = sqlite_site
    site.write_story("hotline-1998")
    site.build()
    monkeypatch.setenv("HUISHENG_CAMPAIGN", str(site.root))
    monkeypatch.setenv("COMMENTS_VAR", str(site.releases.parent))
    folder = site.root / "content" / "stories"
    (folder / "hotline-1998.md").rename(folder / "hotline-98.md")
    code, lines = lint(capsys)
    assert (code, len(lines)) == (1, 2)
    assert re.search(r"stories/hotline-98\.md:1: .*/stories/hotline-1998/", lines[0])
    assert "formerly: hotline-1998" in lines[0]
    path = folder / "hotline-98.md"
    path.write_text(f"formerly: hotline-1998\n{path.read_text('utf-8')}", "utf-8")
    assert lint(capsys)[0] == 0
    path.rename(folder / "entirely-new.md")
    path = folder / "entirely-new.md"
    path.write_text(path.read_text("utf-8").partition("\n")[2], "utf-8")
    assert f"{folder}:1: " in lint(capsys)[1][0]


def test_the_command_itself(content):
    """It runs as a program of its own, on an empty var folder, and prints UTF-8 whatever the
    terminal says.
    """
    found = subprocess.run(
        [sys.executable, "-m", "serving.lint", "--format", "github"],
        cwd=ROOT,
        env=os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": ""},
        capture_output=True,
        check=False,
    )
    assert (found.returncode, found.stdout, found.stderr) == (0, b"", b"")


def test_the_page_for_editors_names_every_rule():
    """Each rule has a row in the page for editors, which says whether ``--fix`` mends it."""
    page = (ROOT / "docs" / "zh-CN" / "checks.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \|.*\| (会改|不改) \|$", page, re.MULTILINE))
    assert rows == {rule.name: "会改" if rule.is_mended else "不改" for rule in RULES}
