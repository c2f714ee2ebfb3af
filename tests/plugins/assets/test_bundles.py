"""Style sheets and scripts become one file each."""

from __future__ import annotations

import gzip

import pytest

from plugins.assets.bundles import AssetError, bundle_scripts, bundle_styles, page_scripts
from plugins.assets.files import write_asset
from tests.living_site import ROOT

STATIC = ROOT / "theme" / "static"
MOST_OF_SCRIPT = 8 * 1024


@pytest.fixture
def static(tmp_path):
    """Give a theme's folder of static files with three small sheets, two skins and two scripts."""
    files = {
        "css/20-tokens.css": ":root { --ink: black; }",
        "css/10-reset.css": "* { margin: 0; }",
        "css/30-base.css": "a { color: var(--ink); }",
        "css/skins/spring.css": ":root { --ink: green; }",
        "css/skins/autumn.css": ":root { --ink: brown; }",
        "js/90-start.js": "document.title = title();",
        "js/10-tools.js": "// A comment\nfunction title() { return `kept  as ${1 + 1}`; }",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def test_sheets_are_joined_in_the_order_of_their_names(static):
    """What stands first by name comes first; comments and blanks are gone."""
    assert bundle_styles(static) == b"*{margin:0}:root{--ink:black}a{color:var(--ink)}\n"


def test_skin_follows_the_tokens(static):
    """A skin's tokens win over the theme's, before anything is built on them."""
    expected = b"*{margin:0}:root{--ink:black}:root{--ink:green}a{color:var(--ink)}\n"
    assert bundle_styles(static, "spring") == expected


@pytest.mark.parametrize(
    ("skin", "told"),
    [
        pytest.param("sprong", "known are autumn, spring", id="misspelt"),
        pytest.param("../30-base", "known are autumn, spring", id="outside of the skins"),
    ],
)
def test_unknown_skin_names_the_known_ones(static, skin, told):
    """A skin that there is not stops the build with a sentence that names those there are."""
    with pytest.raises(AssetError, match=told):
        bundle_styles(static, skin)


def test_theme_without_skins_says_so(static):
    """Where there is no skin at all, the sentence says that."""
    for path in (static / "css" / "skins").iterdir():
        path.unlink()
    with pytest.raises(AssetError, match="there is none yet"):
        bundle_styles(static, "spring")


def test_scripts_share_one_function(static):
    """Scripts see each other, keep their texts as they are, and leave no name to the page."""
    assert bundle_scripts(static) == (
        b'(()=>{"use strict";function title(){return`kept  as ${1 + 1}`;}\n'
        b"document.title=title();})();\n"
    )


def test_scripts_of_one_page_stay_apart(static):
    """What one page alone needs is a module of its own, not part of what every page loads."""
    (static / "js" / "pages").mkdir()
    (static / "js" / "pages" / "map.js").write_text("export  const a = 1; // one\n", "utf-8")
    assert page_scripts(static) == {"map": b"export const a=1;\n"}
    assert b"export" not in bundle_scripts(static)


def test_theme_without_scripts_has_none(tmp_path):
    """A theme may do without any script."""
    assert bundle_scripts(tmp_path) == b""


def test_script_of_the_theme_is_small():
    """Readers load eight kilobytes of script at most, also on the pages with one of their own."""
    scripts = (bundle_scripts(STATIC), *page_scripts(STATIC).values())
    bundle, *own = (len(gzip.compress(script, mtime=0)) for script in scripts)
    assert bundle + max(own) <= MOST_OF_SCRIPT


def test_name_changes_with_the_content(tmp_path):
    """The same content has the same address, another one another."""
    address = write_asset(tmp_path, "site.css", b"a")
    assert write_asset(tmp_path, "site.css", b"a") == address
    assert write_asset(tmp_path, "site.css", b"b") != address
    assert (tmp_path / address.lstrip("/")).read_bytes() == b"a"
    assert address.startswith("/assets/site-")


def test_pages_name_the_bundles(built_sample):
    """Every page loads the one style sheet and the one script, and both are there."""
    sheet = built_sample.directory.site.stylesheet
    page = built_sample.page("index.html")
    [script] = (built_sample.release.public / "assets").glob("site-*.js")
    assert f'href="{sheet}"' in page
    assert f'src="/assets/{script.name}"' in page
    assert (built_sample.release.public / sheet.lstrip("/")).is_file()
