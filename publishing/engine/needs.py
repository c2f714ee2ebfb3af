"""Records what each page was made of, while its template is rendered, so that a later build can
tell which pages a change touches.

Everything but stories is the same in both builds, else all is built anew. So what is noted is which
attributes of which stories a page looked at, which lists of stories, and what functions were asked.
"""

from __future__ import annotations

import dataclasses
import pickle
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import cache, wraps
from hashlib import blake2b
from types import SimpleNamespace
from typing import Any, NamedTuple

from jinja2 import Environment, Undefined
from jinja2.filters import FILTERS as DEFAULT_FILTERS
from jinja2.runtime import Context, Macro
from jinja2.tests import TESTS as DEFAULT_TESTS
from pelican.contents import Content
from pelican.paginator import Page as ListPage
from pelican.urlwrappers import URLWrapper

from plugins import beside

ALL = "*"
"""Stands for every attribute of a story: it was given to a function that may look at any."""
LASTING = (list, dict, SimpleNamespace, ListPage)
"""Kinds of values that many pages use and that stay as they are while pages are rendered."""
DEEPEST = 6
"""Levels of lists and records in which stories are looked for."""
BLOCKS = frozenset({"_loop_vars", "_block_vars"})
"""What Jinja hands on with each call, beside what the template gives."""
MISSING = Undefined()
"""Stands for an attribute that a content has not."""
Packed = tuple[tuple[str, ...], bytes]
"""What a page needs, a fifth of the size: the files beside it, and all else in one piece."""
SMALL = (str, int, float, bool, bytes, date, type(None))


class Needs(NamedTuple):
    """What one page was made of beside templates and settings."""

    names: tuple[tuple[str, bytes], ...]
    """Names of its context, and a digest of what stories stood under them."""
    joined: tuple[tuple[str, str, bytes], ...]
    """Content, attribute, and a digest of the stories that it leads to."""
    looked_at: tuple[tuple[str, frozenset[str]], ...]
    """Stories, and which of their own attributes were looked at."""
    asked: tuple[tuple[str, tuple[Any, ...], bytes], ...]
    """Functions of the context that tell on what their answers depend: name, plain arguments,
    digest.
    """
    files: tuple[str, ...]
    """Files that were made for the page beside it, below the public tree."""

    def packed(self) -> Packed:
        """Give the form in which those of ten thousand pages are kept."""
        return self.files, pickle.dumps(tuple(self[:-1]), pickle.HIGHEST_PROTOCOL)

    @classmethod
    def unpacked(cls, packed: Packed) -> Needs:
        """Read what :meth:`packed` gave."""
        files, others = packed
        found = pickle.loads(others)  # noqa: S301 -- written by a build of ours
        return cls._make((*found, files))


class Notes:
    """What is noted of the page that is being rendered."""

    def __init__(self, watched: frozenset[str]) -> None:
        self.watched = watched
        self.names: dict[str, bytes] = {}
        self.joined: dict[tuple[str, str], bytes] = {}
        self.looked_at: defaultdict[str, set[str]] = defaultdict(set)
        self.asked: dict[tuple[str, tuple[Any, ...]], bytes] = {}
        self.files: list[str] = []

    def name(self, name: str, value: object) -> None:
        """Note that the template used *name* of its context."""
        if name not in self.names:
            self.names[name] = digest_of(value)

    def attribute(self, content: Content, attribute: str, value: object) -> None:
        """Note that the template looked at an attribute of some content."""
        where = identity(content)
        if is_own(content, attribute):
            self.looked_at[where].add(attribute)
        elif (where, attribute) not in self.joined:
            self.joined[where, attribute] = digest_of(value)

    def whole(self, content: Content, depth: int = 1) -> None:
        """Note that a function was given some content: it may look at all of it, and at what it is
        joined with.
        """
        where = identity(content)
        if ALL in self.looked_at[where] and depth:
            return
        self.looked_at[where].add(ALL)
        if not depth:
            return
        known = vars(content)
        for attribute in known.keys() - known.get("_own", EMPTY) - NEVER:
            if is_own(content, attribute):
                continue
            if near := list(contents_in(known[attribute], 2)):
                self.joined[where, attribute] = digest_of(known[attribute])
                for other in near:
                    self.whole(other, depth - 1)

    def call(self, function: object, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> None:
        """Note that the template called a function of its context."""
        depends = getattr(function, "depends", None)
        if depends is not None:
            self.asked[function.name, arguments] = depends(*arguments)  # type: ignore[attr-defined]
            return
        given = [value for name, value in named.items() if name not in BLOCKS] if named else ()
        for value in (*arguments, *given):
            if not isinstance(value, SMALL):
                for content in contents_in(value, 2):
                    self.whole(content)

    def finished(self) -> Needs:
        """Give what was noted, in its smallest form."""
        looked_at = ((where, _interned(frozenset(what))) for where, what in self.looked_at.items())
        return Needs(
            names=tuple(self.names.items()),
            joined=tuple((*key, value) for key, value in self.joined.items()),
            looked_at=tuple(looked_at),
            asked=tuple((*key, value) for key, value in self.asked.items()),
            files=tuple(dict.fromkeys(self.files)),
        )


_current: Notes | None = None
_shown: list[Content] | None = None
_sets: dict[frozenset[str], frozenset[str]] = {}
_digests: dict[int, tuple[object, bytes]] = {}
EMPTY: frozenset[str] = frozenset()
NEVER = frozenset({"settings", "_context", "translations", "metadata", "_own"})


@contextmanager
def noting(watched: frozenset[str]) -> Iterator[Notes]:
    """Note what is looked at meanwhile; *watched* are the names of the context that matter."""
    global _current
    before, _current = _current, Notes(watched)
    try:
        yield _current
    finally:
        _current = before


def note_file(name: str) -> None:
    """Note that the file *name* is made for the page that is being rendered, if one is."""
    if _current is not None:
        _current.files.append(name)


beside.listen(note_file)


@contextmanager
def addresses() -> Iterator[list[Content]]:
    """Collect the contents whose addresses are shown meanwhile, for what is kept for other pages
    to show.
    """
    global _shown
    before, _shown = _shown, []
    try:
        yield _shown
    finally:
        _shown = before


def note_address(content: Content | None) -> None:
    """Note that the page shows where some content stands."""
    if content is None:
        return
    if _shown is not None:
        _shown.append(content)
    if _current is not None:
        _current.looked_at[identity(content)].add("url")


def forget_digests() -> None:
    """Forget the digests of lists: these are others now."""
    _digests.clear()


def identity(content: Content) -> str:
    """Give what a content is known by: the path of its source."""
    where: str | None = content.relative_source_path
    return where or ""


def is_own(content: Content, attribute: str) -> bool:
    """Say whether an attribute came from the content's own source, not from other contents."""
    own: frozenset[str] | None = vars(content).get("_own")
    if own is not None and attribute in own:
        return True
    return hasattr(type(content), attribute) or attribute in content.metadata


def contents_in(value: object, depth: int = DEEPEST) -> Iterator[Content]:
    """Yield the contents that stand in *value*, a list or record of any kind."""
    if isinstance(value, Content):
        yield value
    elif depth and not isinstance(value, SMALL):
        for part in _parts(value):
            yield from contents_in(part, depth - 1)


def bears_contents(value: object) -> bool:
    """Say whether any content stands in *value*."""
    return any(True for _ in contents_in(value)) or isinstance(value, list | ListPage)


def digest_of(value: object) -> bytes:
    """Digest which contents stand in *value*, and in what order, and its small values."""
    if isinstance(value, Content):
        return _digest_of_text(identity(value))
    if isinstance(value, LASTING):
        known = _digests.get(id(value))
        if known is None or known[0] is not value:
            known = _digests[id(value)] = (value, _digest(_outline(value, DEEPEST)))
        return known[1]
    return _digest(_outline(value, DEEPEST))


@cache
def _digest_of_text(text: str) -> bytes:
    return _digest(text)


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _outline(value: object, depth: int) -> str:
    """Write what of *value* matters; contents by their identity."""
    if isinstance(value, Content):
        return identity(value)
    if isinstance(value, SMALL):
        return repr(value)
    if isinstance(value, Undefined):
        return "undefined"
    if isinstance(value, URLWrapper):
        return f"{type(value).__name__}({value.name!r},{value.slug!r})"
    if not depth:
        return "…"
    if isinstance(value, list) and value and isinstance(value[0], Content):
        with suppress(AttributeError, TypeError):
            return f"[{','.join([each.relative_source_path for each in value])}]"
    inner = ",".join([_outline(part, depth - 1) for part in _parts(value)])
    return f"{type(value).__name__}({inner})"


def _parts(value: object) -> Iterator[object]:
    """Yield what *value* is made of, as far as stories may stand in it."""
    if isinstance(value, ListPage):
        yield from (value.object_list, value.number, value.has_next(), value.has_previous())
        yield from (value.url, value.paginator.num_pages)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from (key, part)
    elif isinstance(value, Sequence | set | frozenset):
        yield from value
    elif isinstance(value, SimpleNamespace):
        yield from vars(value).values()
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from (getattr(value, each.name) for each in dataclasses.fields(value))


def _interned(what: frozenset[str]) -> frozenset[str]:
    return _sets.setdefault(what, what)


class NotingContext(Context):
    """A template's context that notes which of its names are used."""

    def resolve_or_missing(self, key: str) -> Any:
        """Look up a name."""
        value = super().resolve_or_missing(key)
        if _current is not None and key in _current.watched:
            _current.name(key, value)
        return value

    def call(self, obj: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Call a function for a template; macros are templates themselves."""
        if _current is not None and not isinstance(obj, Macro):
            _current.call(obj, args, kwargs)
        return super().call(obj, *args, **kwargs)


class NotingEnvironment(Environment):
    """An environment that notes which attributes of contents its templates look at."""

    context_class = NotingContext

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Look up an attribute."""
        try:
            value = getattr(obj, attribute)
        except AttributeError:
            value = super().getattr(obj, attribute)
        if _current is not None and isinstance(obj, Content):
            if attribute in obj.__dict__.get("_own", EMPTY):  # as most are
                _current.looked_at[obj.relative_source_path].add(attribute)  # type: ignore[index]
            else:
                _current.attribute(obj, attribute, value)
        return value

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Look up an item, or an attribute of that name."""
        value = super().getitem(obj, argument)
        if _current is not None and isinstance(obj, Content):
            _current.attribute(obj, str(argument), value)
        return value


def let_note(environment: Environment) -> None:
    """Make an *environment* that Pelican set up note what its templates look at."""
    environment.__class__ = NotingEnvironment
    environment.context_class = NotingContext
    _let_each_note(environment.filters, DEFAULT_FILTERS)
    _let_each_note(environment.tests, DEFAULT_TESTS)


def _let_each_note(functions: dict[str, Any], usual: Mapping[str, Any]) -> None:
    """Make those of the *functions* note that are not Jinja's own."""
    for name, function in functions.items():
        if function is not usual.get(name):
            functions[name] = _noting(function)


def _noting(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a filter or a test note which contents it is given."""
    if hasattr(function, "notes"):
        return function

    @wraps(function)
    def noted(*arguments: Any, **named: Any) -> Any:
        if _current is not None:
            for value in arguments:
                if not isinstance(value, SMALL):
                    _current.call(None, (value,), {})
        return function(*arguments, **named)

    noted.notes = True  # type: ignore[attr-defined]
    return noted
