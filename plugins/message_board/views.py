"""Messages as templates see them: addresses, local dates, replies below what they answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from comment_archive.directory import BOARD, Directory, ThreadInfo, permalink
from comment_archive.files import Archive
from comment_archive.markup import plain_text
from comment_archive.records import ApprovedComment

IN_JSON = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


@dataclass(slots=True, kw_only=True)
class MessageView:
    """One message, ready for a template."""

    comment: ApprovedComment
    thread: ThreadInfo | None
    time: datetime
    """In the site's time zone."""
    replies: list[MessageView] = field(default_factory=list)

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
        return self.time.isoformat(timespec="seconds")

    @property
    def plain(self) -> str:
        """The text without tags."""
        return plain_text(self.comment.html)

    @property
    def day(self) -> str:
        """The day in the site's time zone, as 2015年12月5日."""
        return f"{self.time.year}年{self.time.month}月{self.time.day}日"

    @property
    def reply_url(self) -> str | None:
        """Where an answer can be written, while the thread is open."""
        if self.thread is None or not self.thread.is_open:
            return None
        return f"/messages/new?thread={self.thread.id}&reply_to={self.comment.number}"


@dataclass(frozen=True, slots=True)
class ViewMaker:
    """Makes views of one archive and directory."""

    archive: Archive
    directory: Directory

    def view(self, comment: ApprovedComment) -> MessageView:
        """Make the view of one message."""
        time = comment.submitted_at.astimezone(ZoneInfo(self.directory.site.timezone))
        return MessageView(
            comment=comment, thread=self.directory.threads.get(comment.thread), time=time
        )

    def address(self, comment: ApprovedComment) -> str:
        """Give where a message stands now; it changes once, when its page leaves the first view.

        So only slots that every change renders anew may use it.
        """
        thread = self.directory.threads.get(comment.thread)
        if thread is None:
            return "/messages/"
        position = comment.wall_position if thread.id == BOARD else comment.position
        return self._address(thread, comment.number, position)

    def parent_address(self, comment: ApprovedComment) -> str | None:
        """Give where the message stands that *comment* answers, for a page of their own thread.

        Right for ever there: a page that left the first view can only name pages that left it
        before.
        """
        thread, parent = self.directory.threads.get(comment.thread), comment.reply_to
        if thread is None or parent is None or parent.author is None or thread.id == BOARD:
            return None
        return self._address(thread, parent.number, parent.position)

    def _address(self, thread: ThreadInfo, number: int, position: int) -> str:
        series = self.archive.wall() if thread.id == BOARD else self.archive.thread(thread.id)
        last = max(series.head().last, position)
        return permalink(
            thread,
            number=number,
            position=position,
            last=last,
            length=self.directory.site.page_length,
        )


def nest(views: Iterable[MessageView]) -> list[MessageView]:
    """Put replies one level below what they answer, if that stands on the same page; newest first,
    replies in order.

    An answer to an answer goes below the first message of the exchange.
    """
    views = list(views)
    roots: dict[int, MessageView] = {}
    top: list[MessageView] = []
    for view in views:
        parent = view.comment.reply_to
        root = roots.get(parent.number) if parent is not None else None
        if root is None:
            top.append(view)
        else:
            root.replies.append(view)
        roots[view.comment.number] = root or view
    return top[::-1]


def structured_data(views: Sequence[MessageView], site_url: str) -> Markup:
    """Give the messages as JSON-LD (https://schema.org/Comment), safe within a script element."""
    items = [
        {
            "@type": "Comment",
            "@id": f"{site_url}/messages/m-{view.comment.number}",
            "author": {"@type": "Person", "name": view.comment.author},
            "dateCreated": view.moment,
            "text": view.plain,
        }
        for view in views
    ]
    text = json.dumps({"@context": "https://schema.org", "@graph": items}, ensure_ascii=False)
    return Markup(text.translate(IN_JSON))  # noqa: S704 -- nothing in it can end the script element
