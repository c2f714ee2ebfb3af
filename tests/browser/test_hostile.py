"""What visitors type runs nowhere: not on the site, not at the desk, not in feed readers or mails,
with the content security policy and without it.

Few pages hold all texts, each looked at once with the policy and once without.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import quote, urlencode, urlsplit

import pytest
from markupsafe import escape

from comments_service.models import Account, Action, Role, Strength
from comments_service.notifications.action_links import make_links
from comments_service.notifications.waiting import oldest_waiting
from comments_service.reports import report_message
from comments_service.word_lists import add_words
from tests.browser.hostile import EMAILS, NAMES, OURS, TEXTS, parcels
from tests.browser.test_desk import log_in
from tests.comments_service.notifications.posting import texts_of
from tests.comments_service.notifications.test_mail import make_letter, make_mail
from tests.living_site import SECRET, LivingSite, password_hash
from tests.site.browserless import free_port, running, server_command

LISTED = ["<script>hit", "onerror=hit()", "javascript:hit", '"><svg/onload', "hit()</script>"]
"""Words that moderators had marked: what is marked is cut out of the middle of tags."""
READER = "reader@example.org"
SPIED = """
for (const name of ["hit", "alert", "confirm", "prompt", "print", "open"])
  globalThis[name] = () => report(`${name}() ran on ${location.href}`);
"""
FAULTS = """
() => {
  const faults = [], foreign = "iframe, frame, object, embed, applet, base, portal";
  const addresses = ["href", "src", "action", "formaction", "xlink:href", "data", "poster", "ping"];
  for (const element of document.querySelectorAll("*")) {
    const name = element.localName;
    if (element.matches(foreign)) faults.push(`<${name}>`);
    if (name === "meta" && element.getAttribute("http-equiv") === "refresh") faults.push("refresh");
    if (name === "script" && !element.src && element.type !== "application/ld+json")
      faults.push(`script: ${element.textContent.slice(0, 60)}`);
    for (const { name: attribute, value } of element.attributes) {
      if (attribute.startsWith("on")) faults.push(`<${name} ${attribute}="${value}">`);
      if (addresses.includes(attribute)) {
        const { protocol } = URL.canParse(value, document.baseURI)
          ? new URL(value, document.baseURI) : { protocol: "https:" };
        const ours = element.closest(".message") ? /^https?:$/ : /^(https?|mailto|tel):$/;
        if (!ours.test(protocol)) faults.push(`${attribute}=${value}`);
      }
    }
  }
  return faults;
}
"""
ENTRIES = """
async (address) => {
  const text = await (await fetch(address)).text();
  const feed = new DOMParser().parseFromString(text, "application/xml");
  if (feed.querySelector("parsererror")) throw new Error("not XML");
  return [...feed.querySelectorAll("content, summary, title, author name")].map((part) =>
    part.getAttribute("type") === "html" ? part.textContent : "");
}
"""


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory):
    """Give a site with all texts published, once more in parcels, and parcels that wait."""
    folder = tmp_path_factory.mktemp("hostile")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    database = f"sqlite:///{folder / 'comments.db'}"
    site = LivingSite.make(folder, database, page_length=400, settings={"SITEURL": address})
    site.build()
    names = NAMES * len(TEXTS)
    for text, name in zip(TEXTS, names, strict=False):
        site.post_approved(text=text, author=name, email=EMAILS[len(site.receipts) % len(EMAILS)])
    for text, name in zip(parcels(TEXTS), names, strict=False):
        site.post_approved(text=text, author=name)
    site.publish()
    site.waiting = [
        site.post(text=text, author=name, email=EMAILS[0])
        for text, name in zip(parcels(TEXTS, 24), names, strict=False)
    ]
    site.told = [(receipt.number, receipt.token) for receipt in site.receipts]
    refused, now = site.post(text=parcels(TEXTS)[0], author=NAMES[0]), datetime.now(UTC)
    site.decide(refused, Action.REFUSE, sentence=OURS[0] + OURS[20], note=OURS[1])
    with site.database.writing() as session:
        person = Account(
            name=NAMES[0], role=Role.ADMINISTRATOR, password_hash=password_hash(), email=READER
        )
        session.add(person)
        session.flush()
        links = make_links(
            session, person, oldest_waiting(session, most=2), config=site.config, now=now
        )
        add_words(session, LISTED, Strength.MARK, site.now)
        report_message(
            session, 1, reason="other", text=parcels(OURS)[0], address="8.8.8.8", now=site.tick()
        )
    environment = {
        "COMMENTS_VAR": str(folder / "var"),
        "COMMENTS_DATABASE_URL": database,
        "COMMENTS_SECRET_KEY": SECRET,
        "COMMENTS_SITE_URL": address,
        "COMMENTS_MAX_LENGTH": "10000",
    }
    site.refused = refused
    site.links = [
        urlsplit(link).path for of_message in links.values() for link in of_message.values()
    ]
    with running([server_command(port)], environment, port):
        yield site, address
    site.close()


class Watch:
    """A page whose scripts tell when one of ours runs, and which notes what it asks for."""

    def __init__(self, context, address):
        self.page, self.address = context.new_page(), address
        self.seen, self.asked = [], []
        context.expose_function("report", lambda told: self.seen.append(told))
        context.add_init_script(SPIED)
        self.page.on("dialog", self._dismiss)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("popup", lambda other: self.seen.append(f"a window of {other.url}"))

    def _dismiss(self, dialog):
        self.seen.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def look(self, path, status=200):
        """Open a page of the site, and let everything happen that happens by itself."""
        answer = self.page.goto(self.address + path, wait_until="load")
        assert answer.status == status, path
        self._settle(path)

    def show(self, html):
        """Show what a mail program or a feed reader that cleans nothing would."""
        self.page.set_content(html, wait_until="load")
        self._settle("shown")

    def _settle(self, where):
        self.page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)))")
        self.seen += [f"{where}: {fault}" for fault in self.page.evaluate(FAULTS)]

    def others(self):
        """Give the addresses of other hosts that were asked for."""
        ours = (self.address, "data:", "about:", "blob:")
        return [url for url in self.asked if not url.startswith(ours)]

    def found(self):
        """Give all that should not be."""
        return [*self.seen, *self.others()]


@contextmanager
def watching(browser, address, *, policy):
    """Give a page that is watched, with the content security policy or without."""
    context = browser.new_context(bypass_csp=not policy, viewport={"width": 1280, "height": 900})
    yield Watch(context, address)
    context.close()


@pytest.fixture(params=[True, False], ids=["policy on", "policy off"])
def watch(request, browser, hostile_site):
    """Give a page that is watched."""
    with watching(browser, hostile_site[1], policy=request.param) as watch:
        yield watch


def test_there_are_many():
    """More than sixty of our own, besides those that the sanitiser is tested by."""
    assert len(set(OURS)) >= 100
    assert len(TEXTS) >= 250
    assert len(NAMES) >= 40


def test_the_watch_sees_what_runs(browser, hostile_site):
    """Each kind of fault is noticed where there is one, so that finding none means something."""
    address = hostile_site[1]
    with watching(browser, address, policy=False) as watch:
        watch.look("/404.html")
        watch.show(
            "<img src=x onerror=hit()><a href='javascript:alert(1)'>x</a>"
            "<iframe srcdoc='<script>parent.hit()</script>'></iframe>"
            "<img src='https://evil.example/x.png'><script>alert(2)</script>"
        )
        told = "\n".join(watch.seen)
    for fault in (
        "hit() ran",
        "alert() ran",
        "onerror=",
        "href=javascript:",
        "<iframe>",
        "script:",
    ):
        assert fault in told, fault
    assert watch.others() == ["https://evil.example/x.png"]


@pytest.mark.parametrize("path", ["/stories/first/", "/messages/"])
def test_pages_of_the_site(watch, hostile_site, path):
    """A story with all texts as messages, and the wall: nothing runs, all are to be read."""
    watch.look(path)
    assert watch.found() == []
    assert watch.page.locator(".message").count() >= len(TEXTS)
    words = watch.page.locator("main").inner_text()
    for text in ("<script>hit()</script>", "<img src=x onerror=hit()>", "[x](javascript:hit())"):
        assert text in words, text
    data = watch.page.locator("script[type='application/ld+json']").all_text_contents()
    assert data or path == "/messages/"
    assert all(json.loads(text) for text in data)


def test_home(watch):
    """The newest messages on the home page."""
    watch.look("/")
    assert watch.found() == []


def test_feeds(watch):
    """Feeds as the browser shows them, and their entries in a reader that cleans nothing."""
    for path in ("/messages/feed.xml", feed_of_story(watch)):
        watch.look(path)
        entries = watch.page.evaluate(ENTRIES, watch.address + path)
        assert sum(map(bool, entries)) >= 50
        watch.look(path.replace(".xml", ".json"))
        told = json.loads(watch.page.locator("pre").first.inner_text())
        assert len(told["items"]) >= 50
        watch.look("/404.html")
        watch.show("<hr>".join([*entries, *(item["content_html"] for item in told["items"])]))
        assert watch.page.locator("script").count() == 0
    assert watch.found() == []


def feed_of_story(watch):
    """Give the path of a story's own feed, as its page names it."""
    watch.look("/stories/first/")
    links = watch.page.locator("link[type='application/atom+xml']")
    addresses = links.evaluate_all("all => all.map(link => new URL(link.href).pathname)")
    return next(path for path in addresses if path.startswith("/stories/first/"))


def test_receipts(watch, hostile_site):
    """What a visitor sees of the own message, and the form that changes it."""
    site, _ = hostile_site
    tokens, seen = dict(site.told), 0
    for number in site.waiting:
        watch.look(f"/messages/receipt/{tokens[number]}")
        seen += watch.page.locator("main").inner_text().count("hit()")
    assert seen > len(OURS)
    watch.look(f"/messages/receipt/{tokens[site.waiting[0]]}/edit")
    watch.look(f"/messages/receipt/{tokens[1]}/problem")
    assert watch.found() == []


def test_forms_that_are_filled_from_the_address(watch):
    """The form shows again what its address names, and what was wrong is shown as text."""
    seen = 0
    for text, name in zip(parcels(TEXTS, 24), NAMES, strict=False):
        fields = {"thread": "first", "text": text, "name": name, "reply_to": name, "opened": name}
        watch.look(f"/messages/new?{urlencode(fields)}")
        seen += watch.page.locator("textarea").first.input_value().count("hit()")
    assert seen > len(OURS)
    watch.look(f"/messages/new?{urlencode({'thread': OURS[0]})}", status=404)
    assert watch.found() == []


def test_desk(watch, hostile_site):
    """The queue, each message of it, the search, the words and what was reported and refused."""
    site, address = hostile_site
    log_in(watch.page, address)
    for tab in ("pending", "reported", "refused", "approved"):
        watch.look(f"/desk/?tab={tab}")
    watch.look("/desk/")
    assert watch.page.locator("main").inner_text().count("hit()") > 100
    for number in (*site.waiting, 1, site.refused):
        watch.look(f"/desk/comments/{number}")
        assert watch.page.locator(".receipt__text").first.inner_text()
    for query in (
        f"/desk/search?{urlencode({'q': 'hit'})}",
        f"/desk/search?{urlencode({'q': OURS[0]})}",
    ):
        watch.look(query)
    for path in ("/desk/words/", f"/desk/words/?{urlencode({'q': LISTED[0]})}", "/desk/numbers"):
        watch.look(path)
    for query in ("thread", "word", "network", "order", "after"):
        watch.look(f"/desk/?{urlencode({query: OURS[20]})}")
    assert watch.found() == []


def test_pages_behind_the_links_of_mails(watch, hostile_site):
    """What a moderator sees who follows a link of the digest."""
    for path in hostile_site[0].links:
        watch.look(path)
        assert "hit()" in watch.page.locator("main").inner_text()
    assert watch.found() == []


def test_addresses_that_scripts_read(watch):
    """Words to search for, and places on a page, come from an address that anybody can make."""
    for text in (OURS[0], OURS[18], OURS[22], OURS[-4], "javascript:hit()"):
        watch.look(f"/search/?{urlencode({'q': text})}")
        watch.page.wait_for_load_state("networkidle")
        assert watch.page.locator("input[type=search]").first.input_value() == text
    for path in ("/stories/first/", "/messages/", "/messages/new"):
        watch.look(f"{path}#{quote(OURS[18])}")
        watch.look(f"{path}?{urlencode({'x': OURS[18]})}#:~:text={quote(OURS[18])}")
    assert watch.found() == []


def test_mails(watch):
    """The HTML of each kind of mail, in a program that cleans nothing."""
    items = [
        {
            "link": "https://e.example/desk/comments/1", "number": 1, "place": name, "author": name,
            "excerpt": text, "approve": "https://e.example/a", "spam": "https://e.example/b",
        }
        for text, name in zip(TEXTS, NAMES * len(TEXTS), strict=False)
    ]  # fmt: skip
    values = {
        "reason": OURS[0], "sentence": "\n".join(TEXTS), "can_appeal": True, "name": OURS[19],
        "pending": 2, "oldest": "x", "reported": 0, "appealed": 0, "desk": "https://e.example/",
        "items": items, "author": OURS[19], "place": OURS[20],
    }  # fmt: skip
    watch.look("/404.html")
    for template in ("digest", "refused", "reply", "published", "confirm"):
        _, mail = make_mail(make_letter(template=template, values=values, subject=OURS[0]))
        html = texts_of(mail)[1]
        assert str(escape(OURS[20])) in html or template == "digest"
        watch.show(html)
        assert watch.page.locator("script, img, svg, style, form").count() == 0
    assert watch.found() == []
