"""What a release is held to before readers see it."""

from __future__ import annotations

import pickle

import pytest

from plugins.trees import own_files
from publishing.checks import conclude, conclude_some, examine
from publishing.release import Release

PAGE = '<!DOCTYPE html><html lang="zh"><head><title>t</title></head><body>{}</body></html>'
SITE = "http://a.cn"


def write_site(folder, **bodies):
    """Write a release without records: a plain site of pages with these bodies."""
    release = Release(folder)
    release.records.mkdir(parents=True)
    for name, body in bodies.items():
        path = release.public / name.replace("__", "/")
        path = path.with_name(f"{path.name}.html")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE.format(body), "utf-8")
    return release


def facts_of(release):
    """Examine all pages of a release."""
    return [
        examine(name, (release.public / name).read_bytes(), SITE)
        for name in sorted(own_files(release.public, ".html"))
    ]


def concluded(release, before=None, **options):
    """Say what is wrong with a release."""
    return conclude(facts_of(release), release, before, **options)


def test_whole_site_passes(sqlite_site):
    """The sample site, with messages and older pages, has nothing wrong."""
    for _ in range(8):
        sqlite_site.post_approved()
    sqlite_site.publish()
    facts = facts_of(sqlite_site.release)
    assert conclude(facts, sqlite_site.release, sqlite_site.release) == []
    older = "stories/first/messages/1/index.html"  # in a folder that releases share
    content = (sqlite_site.release.public / older).read_bytes()
    assert conclude([*facts, examine(older, content, SITE)], sqlite_site.release, None) == []


@pytest.mark.parametrize(
    "address",
    [
        *("/", "/a/", "/a", "/a/?x=1#here", "../a/#here", ".", "..", "index.html", "/p.txt", "#"),
        *("/messages/new", "/messages/12/report", "/desk/", "/desk/account/", "#top", "./../p.txt"),
        *("/%E4%BD%A0/", "http://a.cn/a/#here", "http://b.cn/nowhere", "//b.cn/x", "mailto:a@b"),
        "#me",
    ],
)
def test_links_that_lead_somewhere_pass(tmp_path, address):
    """Addresses of files, folders, ids, of the service and of other sites are known."""
    release = write_site(
        tmp_path,
        index="",
        a__index='<i id="here"></i>',
        b__index=f'<i id="me"></i><a href="{address}">x</a>',
        你__index="",
    )
    (release.public / "p.txt").write_text("x")
    assert concluded(release) == []


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/c/", "/c/ leads nowhere: mend the address, or take it out"),
        ("c.html#x", "/b/c.html#x leads nowhere: mend the address, or take it out"),
        ("http://a.cn/c/", "/c/ leads nowhere: mend the address, or take it out"),
        ("/a/#gone", "/a/#gone names no id of that page: mend the link or the id"),
        ("#gone", "#gone is no id of this page: mend the link or the id"),
        ("/b/#gone", "#gone is no id of this page: mend the link or the id"),
        ("/messages/13/x", "/messages/13/x leads nowhere: mend the address, or take it out"),
    ],
)
def test_links_that_lead_nowhere_are_told(tmp_path, address, told):
    """A link to a page or to an id that is not there is told with the page that has it."""
    release = write_site(tmp_path, index="", a__index="", b__index=f'<a href="{address}">x</a>')
    assert concluded(release) == [f"b/index.html: {told}"]


@pytest.mark.parametrize(
    "body",
    [
        '<img src="/no.jpg" alt="">',
        '<img srcset="/no.jpg 2x" src="/" alt="">',
        '<video poster="/no.jpg"></video>',
        '<object data="/no.jpg"></object>',
        '<svg><use xlink:href="/no.jpg"/></svg>',
        '<form action="/no.jpg"></form>',
    ],
)
def test_all_kinds_of_links_are_looked_at(tmp_path, body):
    """Pictures, films, drawings and forms need what they name."""
    release = write_site(tmp_path, index=body)
    assert concluded(release) == [
        "index.html: /no.jpg leads nowhere: mend the address, or take it out"
    ]


def test_one_broken_link_on_many_pages_is_one_line(tmp_path):
    """What a template gets wrong is told once, with the number of pages; many others are cut."""
    pages = {f"p{number}": '<a href="/no/">x</a><p id="">' for number in range(60)}
    told = concluded(write_site(tmp_path, **pages))
    assert len(told) == 51
    assert told[-1] == "... and 11 more problems: mend these first"
    fewer = dict.fromkeys(pages, '<a href="/no/">x</a>')
    assert concluded(write_site(tmp_path / "other", **fewer)) == [
        "p0.html: /no/ leads nowhere (and 59 more pages): mend the address, or take it out"
    ]


def test_site_without_records_needs_only_what_html_asks(tmp_path):
    """A plain site has no rule of headings, slots or files."""
    body = "<h1>a</h1><h1>b</h1><!--slot count:x-->1<!--/slot count:x-->"
    assert concluded(write_site(tmp_path, index=body)) == []


def test_rules_of_our_theme_hold_where_there_are_records(sqlite_site):
    """With records each page has one h1, slots are those of known threads, and files are there."""
    public = sqlite_site.release.public
    (public / "robots.txt").unlink()
    about = public / "about" / "index.html"
    text = about.read_text("utf-8").replace("h1>", "h2>").replace("<h1", "<h2")
    slots = "<!--slot count:gone-->1<!--/slot count:gone--><!--slot x-->1<!--/slot x-->"
    about.write_text(text.replace("</main>", f"{slots}</main>"), "utf-8")
    (public / "stories" / "first" / "index.html").rename(public / "first.html")
    told = concluded(sqlite_site.release)
    assert "about/index.html: 0 h1: give each page one" in told
    assert "about/index.html: slot count:gone belongs to no known thread: build all anew" in told
    assert "about/index.html: x is no slot: mend its name in the template" in told
    assert "robots.txt: the build has no such file: mend the theme or its settings" in told
    gone = "the page of thread first is not there: mend the theme's template"
    assert f"stories/first/index.html: {gone}" in told


def test_site_that_shrank_is_refused_unless_it_may(tmp_path):
    """Fewer than two thirds of the pages or bytes, or a page with almost nothing, is suspicious."""
    body = "<p>" + "字" * 3000 + "</p>"
    pages = {f"p{number}": body for number in range(40)}
    before = write_site(tmp_path / "1", **pages)
    assert concluded(before, before) == []
    fewer = write_site(tmp_path / "2", **dict(list(pages.items())[:20]))
    mend = "look what is missing, or accept it: ./run build --smaller"
    size = sum(path.stat().st_size for path in before.public.iterdir())
    assert concluded(fewer, before) == [
        f"the site: it fell from 40 to 20 pages: {mend}",
        f"the site: it fell from {size} to {size // 2} bytes of pages: {mend}",
    ]
    assert concluded(fewer, before, may_shrink=True) == []
    empty = write_site(tmp_path / "3", **(pages | {"p7": "x"}))
    assert concluded(empty, before) == [f"p7.html: it fell from {size // 40} to 81 bytes: {mend}"]
    moved = PAGE.format("").replace("<title>", '<meta http-equiv="refresh" content="0;/"><title>')
    (empty.public / "p7.html").write_text(moved.replace(";/", ";url=/p1.html"), "utf-8")
    assert concluded(empty, before) == []


def test_linked_folders_are_not_walked_into_but_lead_somewhere(tmp_path):
    """Pages that a link brings into the release are no pages of it, but links to them are right."""
    release = write_site(tmp_path / "1", index='<a href="/old/1/#x">x</a><a href="/old/1/#y">x</a>')
    older = write_site(tmp_path / "2", index='<i id="x"></i>')
    (release.public / "old").mkdir()
    (release.public / "old" / "1").symlink_to(older.public)
    assert concluded(release) == [
        "index.html: /old/1/#y names no id of that page: mend the link or the id"
    ]


def test_facts_are_small_and_travel_between_processes(sqlite_site):
    """Facts come out of a pickle as they were; those of a page are smaller than the page."""
    for page in facts_of(sqlite_site.release):
        packed = pickle.dumps(page)
        assert pickle.loads(packed) == page
        assert len(packed) < page.size


def test_changed_pages_are_held_to_the_release(tmp_path):
    """What an edit brings may link to what is there or comes with it, and to nothing else."""
    release = write_site(tmp_path, index="", a__index="")
    body = '<a href="/a/">x</a><a href="/new.txt">x</a><a href="/b/">x</a><a href="/no/">x</a>'
    facts = [
        examine("c/index.html", PAGE.format(body).encode()),
        examine("b/index.html", PAGE.format("").encode()),
    ]
    told = conclude_some(facts, release, added=["new.txt"])
    assert told == ["c/index.html: /no/ leads nowhere: mend the address, or take it out"]


def test_what_goes_must_not_be_linked_to(tmp_path):
    """Pages that stay and link to a page or an id that goes are told."""
    release = write_site(
        tmp_path,
        index='<a href="/a/">x</a><a href="/b/#old">x</a>',
        a__index="",
        b__index='<i id="old"></i><i id="m-1"></i>',
        c__index='<a href="/b/#m-1">x</a>',
    )
    changed = [examine("b/index.html", PAGE.format("").encode())]
    nowhere = "index.html: /a/ leads nowhere: mend the address, or take it out"
    no_id = "index.html: /b/#old names no id of that page: mend the link or the id"
    assert conclude_some(changed, release, removed=["a/index.html"]) == [nowhere, no_id]
    mended = [*changed, examine("index.html", PAGE.format("").encode())]
    assert conclude_some(mended, release, removed=["a/index.html"]) == []


def test_what_is_named_by_content_is_not_looked_for(tmp_path):
    """Where only a card or a part of the search's index goes, no page that stays is read."""
    names = ("assets/card.jpg", "pagefind/a.pf_index")
    release = write_site(tmp_path, index="".join(f'<a href="/{name}">x</a>' for name in names))
    assert conclude_some([], release, removed=names) == []
