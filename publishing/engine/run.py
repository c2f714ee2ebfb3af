"""Runs the engine once: a Pelican with its settings made ready, from a state to the next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from publishing.checks import PageFacts, examine
from publishing.compiled import compiled_with
from publishing.engine.bodies import Bodies
from publishing.engine.memory import no_collection
from publishing.engine.site import Made, Site
from publishing.engine.state import Before
from publishing.views import CHECKED

Progress = Callable[[str, int, int], object]


def run(
    settings: dict[str, Any],
    output: Path,
    before: Before,
    *,
    progress: Progress = lambda stage, done, total: None,
) -> Made:
    """Write to *output* the site of *settings*, without what still holds of the build *before*.

    Raises whatever Pelican or a plugin raises.
    """
    settings["OUTPUT_PATH"] = str(output)
    options = settings["JINJA_ENVIRONMENT"]
    compiled = compiled_with(repr(options), settings.get("TEMPLATE_CACHE", ""))
    settings["JINJA_ENVIRONMENT"] = options | {"bytecode_cache": compiled}
    site, checked = settings["SITEURL"], settings.get(CHECKED, frozenset())

    def look(name: str, page: bytes) -> PageFacts:
        return examine(name, page, site, checked)

    bodies = Bodies(before.path.parent / "bodies")
    try:
        with no_collection():
            return Site(settings, before, bodies, examine=look, progress=progress).run()
    finally:
        bodies.close()
