"""Messages as templates see them: addresses, local dates, replies below what they answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from markupsafe import Markup

from comment_archive.directory import BOARD, Directory, ThreadInfo, permalink
from comment_archive.files import Archive, page_of
from comment_archive.records import ApprovedComment
from comment_archive.text import plain_text
from plugins.discovery.identities import story_identity


@dataclass(slots=True, kw_only=True)
class MessageView:
    """One message, ready for a template."""

    comment: ApprovedComment
    thread: ThreadInfo | None
    timezone: str
    """The site's."""
    is_pinned: bool = False
    """Whether it stands first here, out of its turn."""
    parent_url: str | None = None
    """Where the message stands that it answers, on a page of their own thread."""
    replies: list[MessageView] = field(default_factory=list)

    @property
    def key(self) -> tuple[object, ...]:
        """Give all that what is made of it hangs on."""
        replies = tuple(reply.key for reply in self.replies) if self.replies else ()
        return self.comment, self.thread, self.timezone, self.is_pinned, self.parent_url, replies

    @property
    def time(self) -> datetime:
        """When it was left, in the site's time zone."""
        return self.comment.submitted_at.astimezone(ZoneInfo(self.timezone))

    @property
    def anchor(self) -> str:
        """The id of the message on its page."""
        return f"m-{self.comment.number}"

    @property
    def html(self) -> Markup:
        """The text, made safe by :mod:`comment_archive.markup` when it was approved."""
        return Markup(self.comment.html)  # noqa: S704 -- the one sanitiser's output

    @property
    def moment(self) -> str:
        """The moment as machines read it."""
        return _written(self.comment.submitted_at, self.timezone)

    @property
    def plain(self) -> str:
        """The text without tags."""
        return plain_text(self.comment.html)

    @property
    def reply_url(self) -> str | None:
        """Where an answer can be written, while the thread is open."""
        if self.thread is None or not self.thread.is_open:
            return None
        return f"/messages/new?thread={self.thread.id}&reply_to={self.comment.number}"

    @property
    def report_url(self) -> str | None:
        """Where a reader tells the editors of a visitor's message that should not be here."""
        return None if self.comment.by_editor else f"/messages/{self.comment.number}/report"


@dataclass(frozen=True, slots=True)
class ViewMaker:
    """Makes views of one archive and directory, both as they are while it is used."""

    archive: Archive
    directory: Directory
    lasts: dict[str, int] = field(default_factory=dict)
    """The last position of each thread that was asked for."""
    threads: dict[str, ThreadInfo | None] = field(default_factory=dict)
    """The threads that were asked for."""

    def thread(self, name: str) -> ThreadInfo | None:
        """Give the thread *name*; None for one whose story is gone."""
        if name not in self.threads:
            self.threads[name] = self.directory.threads.get(name)
        return self.threads[name]

    def view(
        self, comment: ApprovedComment, *, is_pinned: bool = False, in_thread: bool = False
    ) -> MessageView:
        """Make the view of one message; *in_thread* if it stands on a page of its thread."""
        return MessageView(
            comment=comment,
            thread=self.thread(comment.thread),
            timezone=self.directory.site.timezone,
            is_pinned=is_pinned,
            parent_url=self.parent_address(comment) if in_thread else None,
        )

    def address(self, comment: ApprovedComment) -> str:
        """Give where a message stands now; it changes once, when its page leaves the first view.

        So only slots that every change renders anew may use it.
        """
        thread = self.thread(comment.thread)
        if thread is None:
            return "/messages/"
        position = comment.wall_position if thread.id == BOARD else comment.position
        return self._address(thread, comment.number, position)

    def parent_address(self, comment: ApprovedComment) -> str | None:
        """Give where the message stands that *comment* answers, for a page of their own thread;
        None where that stands on a later page, as after an edit that let it wait longer than its
        answer.

        Right for ever there: a page that left the first view names itself and pages that left it
        before.
        """
        thread, parent = self.thread(comment.thread), comment.reply_to
        if thread is None or parent is None or parent.author is None or thread.id == BOARD:
            return None
        length = self.directory.site.page_length
        if page_of(parent.position, length) > page_of(comment.position, length):
            return None
        return self._address(thread, parent.number, parent.position)

    def _address(self, thread: ThreadInfo, number: int, position: int) -> str:
        return permalink(
            thread,
            number=number,
            position=position,
            last=max(self._last(thread.id), position),
            length=self.directory.site.page_length,
        )

    def _last(self, thread: str) -> int:
        if thread not in self.lasts:
            series = self.archive.wall() if thread == BOARD else self.archive.thread(thread)
            self.lasts[thread] = series.head().last
        return self.lasts[thread]


def nest(views: Sequence[MessageView]) -> list[MessageView]:
    """Put replies one level below what they answer, if that stands on the same page; pinned ones
    first, in the order given, then the newest first, replies in order.

    An answer to an answer goes below the first message of the exchange, or below the pinned one
    that is nearer.
    """
    pinned = [view for view in views if view.is_pinned]
    others = (view for view in views if not view.is_pinned)
    roots = {view.comment.number: view for view in pinned}
    top: list[MessageView] = []
    for view in others:
        parent = view.comment.reply_to
        root = roots.get(parent.number) if parent is not None else None
        if root is None:
            top.append(view)
        else:
            root.replies.append(view)
        roots[view.comment.number] = root or view
    return pinned + top[::-1]


def newest_first(views: Sequence[MessageView]) -> list[MessageView]:
    """Order messages as a page without exchanges does: pinned ones first, then the newest."""
    pinned = [view for view in views if view.is_pinned]
    return pinned + [view for view in views if not view.is_pinned][::-1]


def comment_node(view: MessageView, site_url: str, page: str) -> dict[str, object]:
    """Describe a message for JSON-LD (https://schema.org/Comment) on the page whose address is
    *page*.
    """
    parent = view.comment.reply_to
    node: dict[str, object] = {
        "@type": "Comment",
        "@id": _identity(site_url, view.comment.number),
        "url": f"{site_url}{page}#{view.anchor}",
        "author": {"@type": "Person", "name": view.comment.author},
        "dateCreated": view.moment,
        "text": view.plain,
    }
    if view.thread is not None:
        node["about"] = {"@id": story_identity(f"{site_url}{view.thread.url}")}
    if parent is not None and parent.author is not None:
        node["parentItem"] = {"@id": _identity(site_url, parent.number)}
    return node


@lru_cache(maxsize=4096)
def _written(moment: datetime, timezone: str) -> str:
    return moment.astimezone(ZoneInfo(timezone)).isoformat(timespec="seconds")


def _identity(site_url: str, number: int) -> str:
    return f"{site_url}/messages/m-{number}"
