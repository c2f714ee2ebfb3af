"""Pelican's side of the assets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pelican import signals
from pelican.generators import Generator

from plugins.assets.bundles import bundle_scripts, bundle_styles, page_scripts, page_styles
from plugins.assets.files import write_asset
from plugins.offering import offer


def connect() -> None:
    """Connect the handlers."""
    signals.initialized.connect(write_bundles)
    signals.all_generators_finalized.connect(offer_addresses)


def write_bundles(pelican: Any) -> None:
    """Write style sheet, script and icon before anything is generated; their addresses become the
    settings STYLESHEET, SCRIPT, PAGE_STYLES, PAGE_SCRIPTS and ICON.
    """
    settings = pelican.settings
    static, output = Path(settings["THEME"]) / "static", Path(settings["OUTPUT_PATH"])
    styles = bundle_styles(static, settings.get("SKIN", ""))
    script = bundle_scripts(static)
    settings["STYLESHEET"] = write_asset(output, "site.css", styles)
    settings["SCRIPT"] = write_asset(output, "site.js", script) if script else ""
    settings["PAGE_STYLES"] = {
        name: write_asset(output, f"{name}.css", content)
        for name, content in page_styles(static).items()
    }
    settings["PAGE_SCRIPTS"] = {
        name: write_asset(output, f"{name}.js", content)
        for name, content in page_scripts(static).items()
    }
    settings["ICON"] = write_asset(output, "icon.svg", (static / "icon.svg").read_bytes())


def offer_addresses(generators: list[Generator]) -> None:
    """Give ``stylesheet``, ``script``, ``page_styles``, ``page_scripts`` and ``icon`` to every
    template.
    """
    settings = generators[0].settings
    offer(
        generators,
        stylesheet=settings["STYLESHEET"],
        script=settings["SCRIPT"],
        page_styles=settings["PAGE_STYLES"],
        page_scripts=settings["PAGE_SCRIPTS"],
        icon=settings["ICON"],
    )
