"""Bundles: all style sheets of a theme in one file, all its scripts in another; what one page alone
needs stays apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import rcssmin
import rjsmin

TOKENS = "-tokens.css"
"""How the style sheet is called whose tokens a skin replaces."""


class AssetError(Exception):
    """The theme's files cannot be made into bundles."""


def bundle_styles(static: Path, skin: str = "") -> bytes:
    """Join and minify the style sheets in ``css/`` of the folder *static*, in the order of their
    names; those of *skin* follow the tokens, so that what builds on tokens sees the skin's.

    Raises AssetError for a skin that there is not.
    """
    sheets = list(_with_skin(static / "css", skin))
    text = "\n".join(path.read_text("utf-8") for path in sheets)
    return _encoded(rcssmin.cssmin(text))


def bundle_scripts(static: Path) -> bytes:
    """Join and minify the scripts in ``js/`` of the folder *static*, in the order of their names;
    empty when there are none.

    They share one function as their scope: they see each other, and the page sees none of them.
    """
    scripts = sorted((static / "js").glob("*.js"))
    if not scripts:
        return b""
    text = "\n".join(path.read_text("utf-8") for path in scripts)
    return _encoded(rjsmin.jsmin(f'(() => {{"use strict";\n{text}\n}})();'))


def page_scripts(static: Path) -> dict[str, bytes]:
    """Minify the scripts in ``js/pages/`` of the folder *static*, each a module that one page alone
    loads; gives them by name.
    """
    scripts = sorted((static / "js" / "pages").glob("*.js"))
    return {path.stem: _encoded(rjsmin.jsmin(path.read_text("utf-8"))) for path in scripts}


def page_styles(static: Path) -> dict[str, bytes]:
    """Minify the style sheets in ``css/pages/`` of the folder *static*, each for the pages that ask
    for it; gives them by name.
    """
    sheets = sorted((static / "css" / "pages").glob("*.css"))
    return {path.stem: _encoded(rcssmin.cssmin(path.read_text("utf-8"))) for path in sheets}


def known_skins(static: Path) -> list[str]:
    """Name the skins that the theme has."""
    return sorted(path.stem for path in (static / "css" / "skins").glob("*.css"))


def _with_skin(folder: Path, skin: str) -> Iterator[Path]:
    for path in sorted(folder.glob("*.css")):
        yield path
        if skin and path.name.endswith(TOKENS):
            yield _skin(folder, skin)


def _skin(folder: Path, skin: str) -> Path:
    known = known_skins(folder.parent)
    if skin not in known:
        names = f"known are {', '.join(known)}" if known else "there is none yet"
        raise AssetError(f"SKIN = {skin!r}: {folder / 'skins'} has no {skin}.css: {names}")
    return folder / "skins" / f"{skin}.css"


def _encoded(text: str | bytes) -> bytes:
    minified = text if isinstance(text, bytes) else text.encode()
    return minified.strip() + b"\n"
