"""Writes pages: this process's share of them, and of those only what may have changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jinja2 import Template
from pelican import signals
from pelican.paginator import Paginator
from pelican.utils import get_relative_path, path_to_url, sanitised_join
from pelican.writers import FileOverwriteFailedError, Writer

from plugins.offering import RECORDS
from publishing.checks import PageFacts
from publishing.engine.needs import Packed, noting
from publishing.engine.story import PLAIN_PATH

WRITING = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
Examine = Callable[[str, bytes], PageFacts]


class PageWriter(Writer):  # type: ignore[misc,unused-ignore]
    """Pelican's writer for one of several processes that all go through the same pages.

    Each page has a number; this process renders every *number*-th one from *share* on, unless
    *holds* says that it is as it was.
    """

    def __init__(
        self,
        output_path: str,
        settings: dict[str, Any],
        *,
        holds: Callable[[str, Mapping[str, Any], Mapping[str, Any]], Packed | None],
        watched: frozenset[str],
        examine: Examine | None = None,
        progress: Callable[[int], object] | None = None,
    ) -> None:
        super().__init__(output_path, settings)
        self.share, self.number = 0, 1
        self.needs: dict[str, Packed] = {}
        """What pages of this share were made of."""
        self.facts: list[PageFacts] = []
        """What was found in the pages that this process wrote."""
        self.rendered: list[str] = []
        self.names: dict[str, bool] = {}
        """All pages so far, of every share, and whether nobody may write over them."""
        self._holds, self._watched, self._examine = holds, watched, examine
        self._progress = progress

    def write_file(
        self,
        name: str,
        template: Template,
        context: dict[str, Any],
        relative_urls: bool = False,
        paginated: dict[str, Any] | None = None,
        template_name: str | None = None,
        override_output: bool = False,
        url: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Render *template* and write the file *name*; several files for a list in pages."""
        if not name:
            return
        if paginated is None:
            paginated = {key: kwargs[key] for key in ("articles", "dates") if key in kwargs}
        length = self.settings["PAGINATED_TEMPLATES"].get(template_name, 0)
        if not paginated or template_name not in self.settings["PAGINATED_TEMPLATES"]:
            self._write_page(name, template, context, relative_urls, override_output, kwargs)
            return
        per_page = length or self.settings["DEFAULT_PAGINATION"]
        paginators = {
            key: Paginator(name, url, found, self.settings, per_page)
            for key, found in paginated.items()
        }
        for save_as, pages in list_pages(paginators):
            self._write_page(
                save_as, template, context, relative_urls, override_output, kwargs | pages
            )

    def write_feed(
        self, elements: Any, context: Any, path: str | None = None, *rest: Any, **named: Any
    ) -> Any:
        """Write a feed; each of them is one process's own."""
        number = len(self.names)
        if path is not None:
            is_new = self._claim(path, bool(named.get("override_output")))
            if not is_new or number % self.number != self.share:
                return None
            self._written_files.clear()
        return super().write_feed(elements, context, path, *rest, **named)

    def _write_page(
        self,
        name: str,
        template: Template,
        context: dict[str, Any],
        relative_urls: bool,
        override: bool,
        given: dict[str, Any],
    ) -> None:
        number = len(self.names)
        if not self._claim(name, override) or number % self.number != self.share:
            return
        if self._progress is not None:
            self._progress(number)
        kept = self._holds(name, context, given)
        if kept is not None:
            self.needs[name] = kept
            return
        local = _local_context(context, name, given, relative_urls)
        if local["localsiteurl"]:
            context["localsiteurl"] = local["localsiteurl"]  # contents make their links of it
        with noting(self._watched | given.keys()) as notes:
            output = template.render(local)
        self.needs[name] = notes.finished().packed()
        path = self._put(name, output)
        signals.content_written.send(path, context=local)

    def _claim(self, name: str, override: bool) -> bool:
        """Say whether the page *name* may be written; raises FileOverwriteFailedError."""
        is_final = self.names.get(name)
        self.names[name] = bool(is_final) or override
        if is_final is None or (override and not is_final):
            return True
        if is_final and not override:
            return False
        raise FileOverwriteFailedError(f"{name} would be written twice: give one another address")

    def _put(self, name: str, page: str) -> str:
        """Write the file *name*; gives its path."""
        content = page.encode("utf-8")
        is_plain = PLAIN_PATH.fullmatch(name)
        path = f"{self.output_path}/{name}" if is_plain else sanitised_join(self.output_path, name)
        write_fresh(path, content)
        self.rendered.append(name)
        if self._examine is not None and is_page(name):
            self.facts.append(self._examine(name, content))
        return path


def write_fresh(path: str, content: bytes) -> None:
    """Write the file at *path*, which is new in most cases, as its folder is."""
    try:
        handle = os.open(path, WRITING, 0o666)
    except FileNotFoundError:
        make_folder(path.rpartition("/")[0])
        handle = os.open(path, WRITING, 0o666)
    try:
        while content:
            content = content[os.write(handle, content) :]
    finally:
        os.close(handle)


def make_folder(path: str) -> None:
    """Make the folder at *path*, and those above it where they are missing."""
    try:
        os.mkdir(path)
    except FileNotFoundError:
        os.makedirs(path, exist_ok=True)
    except FileExistsError:
        if not os.path.isdir(path):
            raise


def is_page(name: str) -> bool:
    """Say whether readers see the file *name* as a page."""
    return name.endswith(".html") and not name.startswith(f"{RECORDS}/")


def list_pages(paginators: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the file of each page of a list, and what its template is given, as Pelican does."""
    count = next(iter(paginators.values())).num_pages
    pages = {
        key: [None, *map(paginator.page, range(1, count + 1)), None]
        for key, paginator in paginators.items()
    }
    for number in range(1, count + 1):
        given: dict[str, Any] = {}
        for key, paginator in paginators.items():
            before, page, after = pages[key][number - 1 : number + 2]
            given |= {
                f"{key}_paginator": paginator,
                f"{key}_page": page,
                f"{key}_previous_page": before,
                f"{key}_next_page": after,
            }
        yield next(reversed(pages.values()))[number].save_as, given


def _local_context(
    context: dict[str, Any], name: str, given: dict[str, Any], relative_urls: bool
) -> dict[str, Any]:
    local = context.copy()
    local["localsiteurl"] = context.get("localsiteurl")
    if relative_urls:
        local["SITEURL"] = local["localsiteurl"] = path_to_url(get_relative_path(name))
    local["output_file"] = name
    local.update(given)
    return local
