"""A story as Pelican has it, but small, quick, and fit to be sent from one process to another."""

from __future__ import annotations

import copyreg
import io
import os
import pickle
import re
import sys
from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from pelican.contents import Article, Content
from pelican.settings import DEFAULT_CONFIG
from pelican.urlwrappers import Author, Category, Tag, URLWrapper

from publishing.engine import needs
from publishing.engine.bodies import Bodies, Body
from publishing.engine.moments import DATES, in_zone

BODIES = "STORY_BODIES"
"""Setting that holds where the HTML of stories is kept."""
LINK_MARKS = ("{", "|")
"""One of them begins every link that Pelican replaces, as its settings come."""
OWN_LINKS = r"[{|](?P<what>.*?)[|}]"
PLAIN_PATH = re.compile(r"(?:[^/.\\][^/\\]*/)*[^/.\\][^/\\]*")
"""A path that is written in no other way."""
JOINED = frozenset({"settings", "_context", "translations"})
"""Attributes that a story has from what it is put together with."""
PLAIN_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
USUAL_SUBSTITUTIONS = DEFAULT_CONFIG["SLUG_REGEX_SUBSTITUTIONS"]
SUMMARIES = 2_000
"""Summaries that stay in memory: those of the list pages that are being rendered."""


class Story(Article):
    """An article whose HTML stands in a file, and whose addresses are made once."""

    is_final = False
    """Whether plugins are done: addresses do not change any more."""
    _body: Body | None = None
    _text: str = ""
    _static: frozenset[str] | None = None
    """The static files that the text links to, once the text is put away."""
    _fields: Mapping[str, str] = MappingProxyType({})
    """Fields of the head that may hold links, as they were read: where links lead changes."""
    _linked: Mapping[str, str] = MappingProxyType({})
    """The same as the build before had them."""

    def __init__(
        self,
        content: str,
        metadata: dict[str, Any] | None = None,
        settings: dict[str, Any] | None = None,
        source_path: str | None = None,
        context: dict[Any, Any] | None = None,
    ) -> None:
        """Make a story as Pelican does, the dear parts of it by shorter ways."""
        head = metadata or {}
        zone = str(head.get("timezone", (settings or {}).get("TIMEZONE", "UTC")))
        moments = {name: head[name] for name in DATES & head.keys()}
        if slug := _plain_slug(head, settings or {}, source_path):
            self.slug = slug
        local = {sys.intern(name): value for name, value in head.items()}
        local |= {name: in_zone(moment, zone) for name, moment in moments.items()}
        super().__init__(content, local, settings, source_path, context)
        self.metadata.update(moments)

    @property
    def _content(self) -> str:
        if self._body is None:
            return self._text
        return self._bodies.read(self._body)

    @_content.setter
    def _content(self, text: str | None) -> None:
        self._body, self._text = None, text or ""

    @property
    def _bodies(self) -> Bodies:
        settings: Any = self.settings
        bodies: Bodies = settings[BODIES]
        return bodies

    def put_away(self, file: str) -> None:
        """Keep the HTML in *file* of the site's bodies; what the story knows now is its own."""
        self._static = frozenset(self.get_static_links())
        if self._body is None:
            self._body, self._text = self._bodies.write(file, self._text), ""
        settings: Any = self.settings
        names = [name for name in settings["FORMATTED_FIELDS"] if self._is_linked(name)]
        if names:
            self._fields = {name: self.metadata[name] for name in names}
        self._own = _interned(frozenset(vars(self)) - JOINED)

    def _is_linked(self, name: str) -> bool:
        text = self.metadata.get(name)
        return isinstance(text, str) and may_link(text, self._links)

    def get_relative_source_path(self, source_path: str | None = None) -> str | None:
        """Give a path below the content; this story's own was found when it was read."""
        settings: Any = self.settings
        path, content = source_path or self.source_path or "", f"{settings['PATH']}/"
        if path.startswith(content) and PLAIN_PATH.fullmatch(path, len(content)):
            return path[len(content) :]
        return super().get_relative_source_path(source_path)

    def get_url_setting(self, key: str) -> str:
        """Give the address, or the file's name."""
        if not self.is_final:
            return super().get_url_setting(key)
        made = vars(self).get(f"_made_{key}")
        if made is None:
            made = vars(self)[f"_made_{key}"] = super().get_url_setting(key)
        return str(made)

    def _expand_settings(self, key: str, klass: str | None = None) -> str:
        """Give an address as a setting has it; Pelican copies all metadata for it."""
        kind = klass or ("draft" if self.status == "draft" else "article")
        settings: Any = self.settings
        return str(settings[f"{kind}_{key}".upper()]).format_map(_AddressParts(self))

    def _has_valid_save_as(self) -> bool:
        """Leave it to the writer to refuse what stands outside the site."""
        return True

    @property
    def _links(self) -> str:
        settings: Any = self.settings
        return str(settings["INTRASITE_LINK_REGEX"])

    def _update_content(self, content: str, siteurl: str) -> str:
        if not content or not may_link(content, self._links):
            return content
        return super()._update_content(content, siteurl)

    def get_static_links(self) -> set[str]:
        """Name the static files that the text links to."""
        if self._static is not None:
            return set(self._static)
        if not may_link(self._content, self._links):
            return set()
        return super().get_static_links()

    def get_content(self, siteurl: str) -> str:
        """Give the HTML with its links as they are at *siteurl*; Pelican would keep it for ever."""
        own = getattr(self, "_get_content", None)
        return self._update_content(own() if own else self._content, siteurl)

    def get_summary(self, siteurl: str) -> str:
        """Give the summary; those that were asked for lately are kept."""
        if "summary" in self.metadata:
            return str(self.metadata["summary"])
        summary, shown = _summary(self, siteurl)
        for content in shown:
            needs.note_address(content)
        return summary

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what all stories share, and what was found out from their being together."""
        own: frozenset[str] = self._own
        kept = {name: value for name, value in vars(self).items() if name in own}
        return kept | {"_own": own}

    def join(self, settings: dict[str, Any], context: dict[str, Any]) -> None:
        """Take back what was left out, after the story was sent or kept."""
        vars(self).update(settings=settings, _context=context, translations=[])
        self._own = _interned(self._own)
        if self._fields:
            self._linked = {name: self.metadata[name] for name in self._fields}
            for name, text in self._fields.items():
                self.metadata[name] = text
                setattr(self, "_summary" if name == "summary" else name, text)

    def relinked(self) -> frozenset[str]:
        """Name the fields that the build before had otherwise, since their links lead elsewhere."""
        return frozenset(n for n, text in self._linked.items() if self.metadata[n] != text)


class _AddressParts(dict[str, Any]):
    """What may stand in an address: what the head tells, and Pelican's own names."""

    def __init__(self, story: Story) -> None:
        super().__init__()
        self.story = story

    def __missing__(self, name: str) -> Any:
        if name == "slug" and hasattr(self.story, "slug"):
            return self.story.slug
        return self.story.url_format[name]


def _plain_slug(
    head: Mapping[str, Any], settings: Mapping[str, Any], path: str | None
) -> str | None:
    """Give the slug that Pelican would take letter by letter from a file's name; None where it has
    more to do.
    """
    if "slug" in head or settings.get("SLUGIFY_SOURCE") != "basename" or path is None:
        return None
    is_usual = settings.get("SLUG_REGEX_SUBSTITUTIONS") == USUAL_SUBSTITUTIONS
    name = os.path.basename(os.path.splitext(path)[0])
    return name if is_usual and PLAIN_SLUG.fullmatch(name) else None


def may_link(content: str, links: str) -> bool:
    """Say whether Pelican might find a link of its own kind in *content*."""
    return links != OWN_LINKS or any(mark in content for mark in LINK_MARKS)


def dump(value: object) -> bytes:
    """Pickle *value*, in which stories may stand."""
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    own: dict[Any, Any] = dict.fromkeys((Tag, Category, Author), _reduce)
    pickler.dispatch_table = copyreg.dispatch_table | own
    pickler.dump(value)
    return stream.getvalue()


def load(content: bytes, settings: dict[str, Any]) -> Any:
    """Read what :func:`dump` wrote; tags and the like have the *settings*."""
    return load_each(content, settings)[0]


def load_each(content: bytes, settings: dict[str, Any]) -> list[Any]:
    """Read what :func:`dump` wrote, several pieces one after another; tags and the like that have
    one name became one object, and have the *settings*.
    """
    _known.clear()
    stream, values = io.BytesIO(content), list[Any]()
    try:
        while stream.tell() < len(content):
            values.append(pickle.load(stream))  # noqa: S301 -- written by a build of ours
        for wrapper in _known.values():
            wrapper.settings = settings
        return values
    finally:
        _known.clear()


_known: dict[tuple[type, str, str], URLWrapper] = {}


def _reduce(wrapper: URLWrapper) -> tuple[Any, ...]:
    own = {name: value for name, value in vars(wrapper).items() if name != "settings"}
    return _wrapper, (type(wrapper), wrapper.name, wrapper.slug, own)


def _wrapper(kind: type[URLWrapper], name: str, slug: str, own: dict[str, Any]) -> URLWrapper:
    made = _known.get((kind, name, slug))
    if made is None:
        made = _known[kind, name, slug] = kind.__new__(kind)
        vars(made).update(own)
    return made


@lru_cache(maxsize=SUMMARIES)
def _summary(story: Story, siteurl: str) -> tuple[str, list[Content]]:
    """Give the summary, and the contents to which it links."""
    with needs.addresses() as shown:
        return vars(Content)["get_summary"].func(story, siteurl), shown


def forget_summaries() -> None:
    """Let go of the summaries that are kept, and of their stories."""
    _summary.cache_clear()


@cache
def _interned(names: frozenset[str]) -> frozenset[str]:
    return names


class Sources(dict[str, Any]):
    """Contents by the path of their source; whoever asks for one shows its address."""

    def get(self, key: str, default: Any = None) -> Any:
        """Give the content at a path."""
        found = super().get(key, default)
        if isinstance(found, Content):
            needs.note_address(found)
        return found
