"""The preview, as a program of its own: it survives whatever is saved, and shows what a clean build
would; nobody looks at it who should not.
"""

from __future__ import annotations

import html
import os
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.parts.preview import previewing
from publishing.build import BuildPlan, build
from publishing.release import Releases
from serving.environment import ServingError
from serving.preview.main import port_of
from tests.living_site import ROOT, SAMPLE, read_tree
from tests.site.browserless import wait_until

SEED = 8
ROUNDS = 110
SECONDS = 60
SETTINGS = """from pathlib import Path

THEME = str(Path(__file__).parent / "theme")
"""
JUNK = bytes(range(256)) * 40


@pytest.fixture(scope="module")
def preview(tmp_path_factory):
    """Run a preview of the sample campaign, with a theme of its own that may be spoiled."""
    folder = tmp_path_factory.mktemp("campaign")
    shutil.copytree(SAMPLE, folder / "content")
    shutil.copytree(ROOT / "theme", folder / "theme", ignore=shutil.ignore_patterns("illustr*"))
    (folder / "settings.py").write_text(SETTINGS, "utf-8")
    with previewing(folder) as running:
        yield running


def shown(preview):
    """Give every file that is served now; nothing while they are being replaced."""
    current = Releases(preview.folder / "var" / "write" / "releases").current()
    try:
        return read_tree(current.public)
    except FileNotFoundError:
        return {}


def clean_build(preview, folder):
    """Build what the preview should show, from nothing and elsewhere."""
    overrides = {
        "PATH": str(preview.folder / "content"),
        "THEME": str(preview.folder / "theme"),
        "COMMENT_ARCHIVE": str(preview.folder / "var" / "archive"),
        "SITEURL": "http://127.0.0.1:8000",
        "CARD_CACHE": str(preview.folder / "var" / "cache" / "cards"),
        "PICTURE_CACHE": str(preview.folder / "var" / "cache" / "pictures"),
        "SHOW_UNPUBLISHED": True,
    }
    plan = BuildPlan(
        settings=ROOT / "pelicanconf.py", releases=folder / "releases", overrides=overrides
    )
    return read_tree(build(plan, force=True)[0].public)


def until_told(preview, deed):
    """Do *deed* and wait until the preview has told of a build."""
    count = len(preview.events)
    deed()
    return preview.heard_since(count)


def until_whole(preview, expected, after="the start"):
    """Wait until the preview serves exactly *expected*, and knows of nothing that stops it."""

    def is_whole():
        return preview.facts()["built"] and shown(preview) == expected

    try:
        wait_until(is_whole, seconds=SECONDS)
    except AssertionError:
        got = shown(preview)
        differ = [
            name for name in got.keys() | expected.keys() if got.get(name) != expected.get(name)
        ]
        raise AssertionError((after, differ, preview.facts(), preview.lines[-9:])) from None
    assert preview.process.poll() is None


class Breaker:
    """Spoils a campaign in one of many ways, and takes that back."""

    def __init__(self, folder: Path, seed: int, process: int) -> None:
        self.folder, self.chance, self.process = folder, random.Random(seed), process
        self.content, self.theme = folder / "content", folder / "theme"

    def any_text(self) -> Path:
        """Choose a text of an editor."""
        return self.chance.choice(sorted(self.content.glob("*/*.md")))

    def write(self, path, content):
        """Put *content* in the place of a file's own; gives what takes that back."""
        before = path.read_bytes()
        path.write_bytes(content)
        return lambda: path.write_bytes(before)

    def add(self, name, content):
        """Add a file."""
        path = self.content / name
        path.write_bytes(content)
        return path.unlink

    def move(self, path):
        """Take a file or a folder away."""
        aside = self.folder / "aside"
        path.rename(aside)
        return lambda: aside.rename(path)

    def broken_head(self):
        """Let a line of the head be none."""
        path = self.any_text()
        lines = path.read_bytes().split(b"\n")
        lines[self.chance.randrange(3)] = self.chance.choice(
            [b"---", "标题：无".encode(), b"", b"x"]
        )
        return self.write(path, b"\n".join(lines))

    def half_a_file(self):
        """Cut a file anywhere, in the middle of a character too."""
        path = self.any_text()
        content = path.read_bytes()
        return self.write(path, content[: self.chance.randrange(len(content))])

    def wrong_encoding(self):
        """Save a file in another encoding."""
        path = self.any_text()
        encoding = self.chance.choice(["gb18030", "utf-16", "utf-8-sig"])
        return self.write(path, path.read_text("utf-8").encode(encoding))

    def binary(self):
        """Save no text at all."""
        return self.write(self.any_text(), self.chance.choice([JUNK, b"\0" * 100, b""]))

    def broken_toml(self):
        """Spoil the campaign's data."""
        path = self.content / "campaign.toml"
        content = path.read_bytes()
        junk = self.chance.choice([b"[", b"= 1", b'x = "', JUNK])
        cut = self.chance.randrange(len(content))
        return self.write(path, content[:cut] + junk)

    def no_campaign(self):
        """Take the campaign's data away."""
        return self.move(self.content / "campaign.toml")

    def deleted_file(self):
        """Take a text away."""
        return self.move(self.any_text())

    def deleted_picture(self):
        """Take a picture away that stories show."""
        return self.move(self.content / "pictures" / "scene.svg")

    def renamed_folder(self):
        """Take a whole folder away."""
        name = self.chance.choice(["stories", "themes", "pages", "pictures"])
        return self.move(self.content / name)

    def renamed_content(self):
        """Take everything away that is watched."""
        return self.move(self.content)

    def folder_named_as_a_text(self):
        """Make a folder where a text would be."""
        path = self.content / "stories" / "x.md"
        path.mkdir()
        return path.rmdir

    def odd_name(self):
        """Add a text with a name that is no good address."""
        text = (self.content / "stories" / "first.md").read_bytes()
        name = self.chance.choice(
            ["新 稿.md", "a?b.md", ".md", "FIRST.MD", "first.md.txt", "x.md~"]
        )
        return self.add(f"stories/{name}", text)

    def huge_file(self):
        """Add a text that is far too long."""
        head = "title: 长\ndate: 2015-12-10\ntheme: culture\nsummary: 长。\ncomments: open\n\n"
        return self.add("stories/long.md", (head + "很长的一段文字，写个没完。" * 20_000).encode())

    def broken_picture(self):
        """Add or spoil a picture."""
        name = self.chance.choice(["scene.svg", "broken.jpg"])
        if name == "scene.svg":
            return self.write(self.content / "pictures" / name, b"<svg" + JUNK)
        return self.add(f"pictures/{name}", b"\xff\xd8\xff" + JUNK)

    def broken_template(self):
        """Spoil a template, in its grammar or in what it does."""
        name = self.chance.choice(["article.html", "base.html", "_story_card.html", "index.html"])
        path = self.theme / "templates" / name
        junk = self.chance.choice([b"{% if %}", b"{{ none.x.y }}", b"{% block", b"</div></p>"])
        return self.write(path, path.read_bytes() + junk)

    def broken_words(self):
        """Spoil the words of the interface."""
        return self.write(self.theme / "words" / "zh-CN.toml", b"[story\n")

    def loop_of_links(self):
        """Let a text be a link to itself."""
        path = self.content / "stories" / "loop.md"
        path.symlink_to(path)
        return path.unlink

    def broken_settings(self):
        """Spoil the campaign's settings, which are Python."""
        junk = self.chance.choice([b"1/0\n", b"raise SystemExit(3)\n", b"(\n"])
        return self.write(self.folder / "settings.py", SETTINGS.encode() + junk)

    def killed_builder(self):
        """End the building process from outside, and save something."""
        for child in children_of(self.process):
            os.kill(child, signal.SIGKILL)
        return self.half_a_file()

    def full_disk(self):
        """Let the building process write nothing any more, as on a full disk."""
        undo = self.write(self.content / "stories" / "second.md", self.fresh_text())
        for child in children_of(self.process):
            resource.prlimit(child, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

        def mend():
            for child in children_of(self.process):
                unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
                resource.prlimit(child, resource.RLIMIT_FSIZE, unlimited)
            undo()

        return mend

    def fresh_text(self) -> bytes:
        """Give a story another text."""
        text = (self.content / "stories" / "second.md").read_text("utf-8")
        return f"{text}\n又一段{self.chance.random()}。\n".encode()

    def good_edit(self):
        """Save something that is right."""
        return self.write(self.content / "stories" / "second.md", self.fresh_text())


NO_BREAKS = {"any_text", "write", "add", "move", "fresh_text"}
BREAKS = [name for name in vars(Breaker) if name[0] != "_" and name not in NO_BREAKS]


def children_of(pid: int) -> list[int]:
    """Name the processes that *pid* has started."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_it_survives_every_mistake(preview, tmp_path):
    """Whatever is spoiled, the last good pages are served meanwhile, and after it is mended the
    site is that of a clean build, to the byte.
    """
    expected = clean_build(preview, tmp_path)
    until_whole(preview, expected)
    breaker = Breaker(preview.folder, SEED, preview.process.pid)
    stopped = 0
    order = [BREAKS[number % len(BREAKS)] for number in range(ROUNDS)]
    breaker.chance.shuffle(order)
    for name in order:
        undos = []
        spoil = getattr(breaker, name)
        told = until_told(preview, lambda spoil=spoil, undos=undos: undos.append(spoil()))
        if not told["built"]:
            stopped += 1
            assert preview.get("/")[0] == 200, name
            assert preview.facts()["counts"]["stops"] >= 1, name
        undos[0]()
        until_whole(preview, expected, name)
    assert stopped > ROUNDS / 2


def test_what_is_published_is_never_touched(preview):
    """Nothing is made beside the preview's own folder and the caches that builds share."""
    made = {path.name for path in (preview.folder / "var").iterdir()}
    assert made <= {"write", "cache", "port", "secret-key"}


def test_only_this_machine_is_answered(preview):
    """The server listens on loopback alone, and names of other hosts are refused."""
    listening = Path(f"/proc/{preview.process.pid}/net/tcp").read_text().splitlines()[1:]
    local = [line.split()[1] for line in listening if line.split()[3] == "0A"]
    assert f"0100007F:{preview.port:04X}" in local
    assert f"00000000:{preview.port:04X}" not in local
    for host in ("example.org", f"example.org:{preview.port}", "127.0.0.1:1", ""):
        assert preview.get("/", Host=host)[0] == 421, host
    assert preview.get("/", Host=f"localhost:{preview.port}")[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_looking_is_allowed(preview, method):
    """The form for messages is answered with a sentence, and nothing is sent anywhere."""
    status, page, headers = preview.ask(method, "/messages/new")
    assert (status, headers["Allow"]) == (405, "GET, HEAD")
    assert "留言不会送出" in page.decode()


def test_head_is_get_without_the_page(preview):
    """The same length is told, and nothing sent."""
    page, head = (preview.ask(method, "/stories/first/") for method in ("GET", "HEAD"))
    assert (head[0], head[1]) == (200, b"")
    assert head[2]["Content-Length"] == page[2]["Content-Length"] == str(len(page[1]))


@pytest.mark.parametrize(
    "path",
    ["/../records/inputs.json", "/%2e%2e/records/inputs.json", "/..%2frecords%2finputs.json",
     "/stories/..%5c..%5cx", "//records/inputs.json", "/%00", "/stories/" + "x" * 5000],
)  # fmt: skip
def test_nothing_else_is_served(preview, path):
    """No address leads out of the public tree."""
    assert preview.get(path)[0] == 404


def test_pages_differ_by_one_script_alone(preview):
    """What is sent is the file, with a script before its end; the file itself has none."""
    public = Releases(preview.folder / "var" / "write" / "releases").current().public
    written = (public / "stories" / "first" / "index.html").read_text("utf-8")
    served = preview.get("/stories/first/")[1].decode()
    assert "_write" not in written
    assert (
        re.sub(r'<script src="/_write/panel.js" data-edition="[\w-]+" defer></script>', "", served)
        == written
    )


def test_a_folder_is_sent_on_to_its_page(preview):
    """As web servers do it; an address that leads nowhere shows the site's own page."""
    status, _, headers = preview.ask("GET", "/stories/first")
    assert (status, headers["Location"]) == (301, "/stories/first/")
    status, page = preview.get("/nowhere/")
    assert status == 404
    assert "/_write/panel.js" in page.decode()


def test_drafts_are_shown_with_a_notice(preview):
    """What readers do not see yet, or any more, says so on its page and in the list of all."""
    heads = {
        "draft": ("status: draft", "草稿，读者看不到。"),
        "later": ("publish_at: 2099-01-02 08:00", "定时，将于2099-01-02 08:00公开。"),
        "gone": ("status: withdrawn\nwithdrawn: 2015-12-30 说明", "已撤下"),
    }
    stories = preview.folder / "content" / "stories"
    text = (stories / "first.md").read_text("utf-8")
    assert "thread:" not in text
    try:
        for name, (line, _) in heads.items():
            (stories / f"zz-{name}.md").write_text(
                f"{line}\n{text}".replace("故事first", name), "utf-8"
            )
        names = ["draft", "gone", "later"]
        wait_until(
            lambda: (
                all(preview.get(f"/stories/zz-{name}/")[0] == 200 for name in names)
                and preview.facts()["built"]
                and b"zz-gone" in preview.get("/_write/")[1]
            ),
            seconds=SECONDS,
        )
        for name, (_, told) in heads.items():
            assert told in preview.get(f"/stories/zz-{name}/")[1].decode()
        listing = preview.get("/_write/")[1].decode()
        for told in ("草稿", "定时，将于2099-01-02 08:00公开", "已撤下"):
            assert told in listing
        home = preview.get("/stories/")[1].decode()
        assert home.count("badge--pending") == 2  # what was withdrawn is in no list
    finally:
        for path in stories.glob("zz-*.md"):
            path.unlink()
        wait_until(lambda: preview.get("/stories/zz-gone/")[0] == 404, seconds=SECONDS)


def test_a_mistake_is_told_with_its_place(preview):
    """The panel of the page and the list say file, line, rule, what and how to mend it."""
    path = preview.folder / "content" / "stories" / "second.md"
    before = path.read_bytes()
    try:
        path.write_bytes(before.replace(b"theme: ", b"them: "))
        wait_until(lambda: not preview.facts()["built"], seconds=SECONDS)
        facts = preview.facts("/stories/second/")
        assert (facts["built"], facts["file"]) == (False, "content/stories/second.md")
        assert {"stops"} == {each["weight"] for each in facts["own"]}
        assert all(each["line"] and each["what"] and each["mend"] for each in facts["own"])
        others = preview.facts("/stories/first/")["others"]
        assert [each["address"] for each in others] == ["/stories/second/"]
        listing = preview.get("/_write/")[1].decode()
        assert facts["own"][0]["what"] in html.unescape(listing)
        assert any(line.startswith("  content/stories/second.md:") for line in preview.lines)
    finally:
        path.write_bytes(before)
        wait_until(lambda: preview.facts()["built"], seconds=SECONDS)


def test_style_is_told_beside_the_page(preview):
    """Punctuation and the like are told as style; the page is built all the same."""
    path = preview.folder / "content" / "stories" / "second.md"
    before = path.read_bytes()

    def told():
        facts = preview.facts("/stories/second/")
        return facts["built"], [(each["weight"], each["rule"]) for each in facts["own"]]

    try:
        path.write_bytes(before + "\n\n你好,世界\n".encode())
        wait_until(lambda: told() == (True, [("style", "half-width")]), seconds=SECONDS)
        assert "你好,世界" in preview.get("/stories/second/")[1].decode()
    finally:
        path.write_bytes(before)
    wait_until(lambda: told() == (True, []), seconds=SECONDS)


def test_a_save_is_told_in_one_line(preview):
    """The terminal says which file, how long it took and how many pages changed."""
    path = preview.folder / "content" / "stories" / "second.md"
    before = path.read_bytes()
    count = len(preview.lines)
    try:
        until_told(preview, lambda: path.write_bytes(before + "\n又一段。\n".encode()))
        line = wait_until(lambda: preview.lines[count:], seconds=SECONDS)[0]
        assert re.fullmatch(
            r"保存 second\.md → \d+\.\d\d s，\d+ 页(，\d+ 处提示见 /_write/)?", line
        )
    finally:
        until_told(preview, lambda: path.write_bytes(before))


def test_a_second_preview_is_refused(preview):
    """Two would build into one folder."""
    told = run_write(preview.folder, preview.port + 1)
    assert "已经在另一个窗口开着" in told


@pytest.mark.parametrize("port", ["0", "65536", "x", "八千", ""])
def test_a_port_that_does_not_exist(port):
    """The sentence names one that does."""
    with pytest.raises(ServingError, match="--port 8080"):
        port_of(port)


def test_a_port_that_is_taken(tmp_path):
    """The sentence names another one."""
    shutil.copytree(SAMPLE, tmp_path / "content")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = run_write(tmp_path, port)
    assert f"端口 {port} 用不了" in told
    assert f"--port {port + 1}" in told


def run_write(folder, port):
    """Start a preview that cannot be; gives what it says."""
    (folder / "content").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "invoke", "write", "--port", str(port)]
    variables = {"HUISHENG_CAMPAIGN": str(folder), "COMMENTS_VAR": str(folder / "var")}
    ended = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_it_ends_with_its_signal(tmp_path):
    """Ctrl-C ends it and the building process, without a word of Python's."""
    shutil.copytree(SAMPLE, tmp_path / "content")
    with previewing(tmp_path) as preview:
        children = children_of(preview.process.pid)
        preview.process.send_signal(signal.SIGINT)
        assert preview.process.wait(SECONDS) == 0
        assert not [each for each in children if Path(f"/proc/{each}").exists()]
    assert not any("Traceback" in line for line in preview.lines)
    with previewing(tmp_path) as again:
        assert again.facts()["built"]
        assert any("→" in line and "0 页" in line for line in again.lines)
