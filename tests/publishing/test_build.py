"""A build is whole or it is not shown; what editors or plugins get wrong is told."""

from __future__ import annotations

import dataclasses
import html
import re

import html5lib
import pytest

import pelicanconf
from publishing import build as building
from publishing.build import build
from publishing.release import BuildError, Releases


def failed_build(site, **overrides):
    """Build with *overrides*, expecting it to fail; gives the message."""
    plan = site.plan()
    before = (site.release, site.tree())
    with pytest.raises(BuildError) as error:
        build(dataclasses.replace(plan, overrides=plan.overrides | overrides))
    assert (site.release, site.tree()) == before
    assert Releases(site.releases).current() == site.release
    return str(error.value)


def test_mistake_in_a_head_is_told_and_nothing_is_shown(sqlite_site):
    """An editor's mistakes are told as file:line:column: what：how to mend, and the site stays."""
    path = sqlite_site.write_story("third", date="2015-02-30")
    message = failed_build(sqlite_site)
    day = "写一个真有的日子，如 2015-12-05 或 2015-12-05 08:30"
    assert message.splitlines() == [f"{path}:2:7: date 写的是“2015-02-30”：{day} [bad-date]"]
    folders = [folder.name for folder in sqlite_site.releases.iterdir() if folder.is_dir()]
    assert len([name for name in folders if name.isdigit()]) == 1


def test_mistake_in_the_campaign_file_fails_the_build(sqlite_site):
    """A wrong key of campaign.toml is told with its line and place."""
    path = sqlite_site.root / "content" / "campaign.toml"
    path.write_text(path.read_text("utf-8").replace("as_of", "as_off"), "utf-8")
    assert f"{path}:8:10: campaign: as_off: 这里没有这一项" in failed_build(sqlite_site)


def test_all_mistakes_are_told_in_one_go(sqlite_site):
    """Mistakes of heads, of texts and of the campaign's data are told together, a line each."""
    campaign = sqlite_site.root / "content" / "campaign.toml"
    text = campaign.read_text("utf-8").replace('source = "样本资料"\n', "")
    campaign.write_text(text, "utf-8")
    theme = sqlite_site.write_story("third", theme="Culture")
    link = sqlite_site.write_story("fourth", body="[一](/stories/nowhere/)")
    told = failed_build(sqlite_site).splitlines()
    source = "数字没有出处：给它加一行 source，或者在 [campaign] 里写一个总的"
    assert told == [
        f"{campaign}:19:1: stats 1: {source} [data-source]",
        f"{campaign}:38:1: sections 1: figures 1: {source} [data-source]",
        f"{link}:10:5: 没有“/stories/nowhere/”这个地址：改正地址，或者去掉这个链接 [broken-link]",
        f"{theme}:3:8: 没有主题“Culture”：是不是想写 culture？ [unknown-theme]",
    ]


def test_public_site_without_its_number_is_warned_of(sqlite_site, caplog):
    """A public site whose footer has no ICP number is built, and its editors are warned."""
    campaign = sqlite_site.root / "content" / "campaign.toml"
    campaign.write_text(campaign.read_text("utf-8").replace("样ICP备00000000号", ""), "utf-8")
    plan = sqlite_site.plan()
    build(dataclasses.replace(plan, overrides=plan.overrides | {"PRODUCTION": True}))
    warning = "footer: 没有 icp：境内网站要显示备案号"
    assert warning in caplog.text


@pytest.mark.parametrize("plugin", ["plugins.nowhere", "tests.data.raising_plugin"])
def test_plugin_that_fails_fails_the_build(sqlite_site, plugin):
    """A plugin that cannot be loaded or registered fails the build, which Pelican would not do."""
    message = failed_build(sqlite_site, PLUGINS=[*pelicanconf.PLUGINS, plugin])
    assert plugin.rpartition(".")[2] in message


def test_warnings_are_told(sqlite_site):
    """What a public site should not be without is told, and the site is published all the same."""
    data = sqlite_site.root / "content" / "campaign.toml"
    data.write_text(data.read_text("utf-8").partition("[footer]")[0], "utf-8")
    plan = sqlite_site.plan()
    told = []
    public = dataclasses.replace(plan, overrides={**plan.overrides, "PRODUCTION": True})
    _, is_new = build(public, warn=told.append)
    assert is_new
    assert told == [
        "campaign.toml: footer: 没有 icp：境内网站要显示备案号",
        "campaign.toml: footer: 没有 police：境内网站开通30天内到公安机关备案，并显示备案号",
        "campaign.toml: footer: 没有 report_phone 和 report_email：至少写一样",
    ]


def test_autoescape_is_on_in_the_theme(sqlite_site):
    """What an editor writes into a title stands there as text on every page that shows it."""
    sqlite_site.write_story("third", title="<b onclick=x>&\"'", date="2015-12-31")
    sqlite_site.build()
    shown = [
        name
        for name, content in sqlite_site.tree().items()
        if b"onclick" in content and not name.endswith(".json")  # JSON is no markup
    ]
    assert {"stories/third/index.html", "stories/index.html", "themes/culture/index.html"} <= {
        *shown
    }
    for name in shown:
        if name.endswith(".json"):
            continue  # a title is plain text there
        assert "<b onclick" not in sqlite_site.page(name)
        assert html.escape("<b onclick", quote=False) in sqlite_site.page(name)


def test_titles_of_stories_are_text_on_messages_pages(sqlite_site):
    """A story's title that looks like markup or a placeholder stays text on older pages."""
    sqlite_site.write_story("first", title="<i>@@number@@</i>")
    sqlite_site.build()
    for _ in range(7):
        sqlite_site.post_approved()
    sqlite_site.publish()
    page = sqlite_site.page("stories/first/messages/1/index.html")
    assert "&lt;i&gt;@@number@@&lt;/i&gt;" in page
    assert "<i>" not in page


def pages(site):
    """Name the published pages."""
    return [name for name in site.tree() if name.endswith(".html")]


def test_every_page_is_valid(sqlite_site):
    """Every page parses strictly, has one h1 that opens its title, unique ids, labels, links."""
    for _ in range(8):
        number = sqlite_site.post_approved()
    sqlite_site.publish()
    sqlite_site.post_approved(reply_to=number)
    sqlite_site.publish()
    for name in pages(sqlite_site):
        check_page(name, sqlite_site.page(name))


def check_page(name, text):
    """Hold one page to the rules of all pages."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(text)
    headings = ["".join(h1.itertext()).strip() for h1 in tree.iter("h1")]
    assert len(headings) == 1, name
    title = "".join(tree.find(".//title").itertext())
    squeezed = re.sub(r"\s", "", headings[0])
    assert re.sub(r"\s", "", title).startswith(squeezed), (name, title, headings)
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), name
    assert tree.get("lang") == "zh-CN"
    for form in tree.iter("form"):
        assert form.get("action"), name
        labels = {label.get("for") for label in form.iter("label")}
        fields = [f for tag in ("input", "textarea", "select") for f in form.iter(tag)]
        assert all(f.get("type") == "hidden" or f.get("id") in labels for f in fields), name
    assert "@@" not in text, name
    assert "%40%40" not in text, name
    assert all(image.get("alt") is not None for image in tree.iter("img")), name


def test_internal_links_lead_somewhere(sqlite_site):
    """Every link and picture of the site leads to a file of the site or to the service."""
    for _ in range(8):
        sqlite_site.post_approved()
    sqlite_site.publish()
    files = set(sqlite_site.tree())
    for name in pages(sqlite_site):
        for target in re.findall(r'(?:href|src)="(/[^"#?]*)', sqlite_site.page(name)):
            path = target.lstrip("/") + ("index.html" if target.endswith("/") else "")
            of_service = re.fullmatch(r"/messages/(new|[0-9]+/report)", target)
            assert path in files or of_service, (name, target)


def test_broken_marker_fails_the_release(sqlite_site):
    """A page whose slot is not closed is not fit to be published."""
    page = sqlite_site.release.public / "index.html"
    page.write_text(page.read_text("utf-8").replace("<!--/slot latest-->", ""), "utf-8")
    with pytest.raises(BuildError, match="slot latest is not closed: close it"):
        building.look_over(sqlite_site.release, None)


def test_story_without_a_place_for_messages_is_not_published(sqlite_site):
    """A theme that forgets the thread's slot fails the check."""
    page = sqlite_site.release.public / "stories" / "first" / "index.html"
    page.write_text(page.read_text("utf-8").replace("slot thread:first", "x"), "utf-8")
    told = "stories/first/index.html: the page of thread first has no place for its messages"
    with pytest.raises(BuildError, match=told):
        building.look_over(sqlite_site.release, None)


def test_old_releases_are_pruned_and_interrupted_ones_do_not_count(sqlite_site):
    """Three releases stay; a folder that an interrupted build left behind is not shown."""
    (sqlite_site.releases / "000009" / "public").mkdir(parents=True)
    for _ in range(4):
        sqlite_site.build(force=True)
    names = sorted(f.name for f in sqlite_site.releases.iterdir() if f.name.isdigit())
    assert names == ["000003", "000004", "000005"]
    assert sqlite_site.release.folder.name == "000005"


def test_output_tells_nothing_of_the_machine(sqlite_site):
    """No published file holds a path of the machine it was built on."""
    sqlite_site.post_approved()
    sqlite_site.publish()
    for name, content in sqlite_site.tree().items():
        assert str(sqlite_site.root).encode() not in content, name
        assert str(building.Path(building.__file__).parents[1]).encode() not in content, name


def test_draft_is_not_published(sqlite_site):
    """A story with status: draft is nowhere on the site, and takes no messages."""
    path = sqlite_site.write_story("third", title="草稿标题")
    path.write_text("status: draft\n" + path.read_text("utf-8"), "utf-8")
    sqlite_site.build()
    assert "third" not in sqlite_site.directory.threads
    assert not [n for n, content in sqlite_site.tree().items() if "草稿标题".encode() in content]


def test_what_a_desktop_leaves_behind_is_not_published(sqlite_site):
    """Hidden files and previews of a desktop stay off the site."""
    pictures = sqlite_site.root / "content" / "pictures"
    for name in (".DS_Store", "Thumbs.db"):
        (pictures / name).write_bytes(b"x")
    (pictures / "more.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", "utf-8")
    sqlite_site.build()
    published = {name for name in sqlite_site.tree() if name.startswith("pictures/")}
    assert published == {"pictures/scene.svg", "pictures/more.svg"}


def test_warnings_are_told_as_long_as_they_hold(sqlite_site):
    """A build that has nothing to do tells again what the release should be mended of."""
    sqlite_site.write_story("wordless", body="![](/pictures/scene.svg)")
    told = [[], []]
    made = [build(sqlite_site.plan(), warn=lines.append)[1] for lines in told]
    assert made == [True, False]
    assert [line for line in told[0] if "wordless.md" in line]
    assert told[0] == told[1]


def test_several_processes_make_the_same_site(sqlite_site):
    """Pages and feeds that processes share out are all made, as one process makes them."""
    for story in ("first", "second"):
        sqlite_site.post_approved(thread=story)
    sqlite_site.publish()
    alone, plan = sqlite_site.tree(), sqlite_site.plan()
    for number in (2, 3):
        shared = dataclasses.replace(plan, overrides=plan.overrides | {"BUILD_PROCESSES": number})
        build(shared, force=True)
        assert sqlite_site.tree() == alone
    feeds = {name for name in alone if name.endswith("messages.xml")}
    assert feeds == {f"stories/{story}/messages.xml" for story in ("first", "second", "shut")}
