"""Pelican's settings for the public site: like pelicanconf.py, but the address must be given."""

from __future__ import annotations

import os

from pelicanconf import *  # noqa: F403 -- Pelican's own way to build on other settings

PRODUCTION = True
PRECOMPRESS = True
SITEURL = os.environ.get("COMMENTS_SITE_URL", "").rstrip("/")
if not SITEURL.startswith("https://"):
    raise SystemExit(
        "COMMENTS_SITE_URL is not an https:// address: a public site needs one; "
        "see docs/operators.md"
    )
