"""Which campaign everything is about: the project's own one, or one of those beside it.

A campaign is a folder with ``content`` and, once it was built, ``var``. That of the project itself
is the demonstration; others stand in ``campaigns``, or wherever HUISHENG_CAMPAIGN says.
"""

from __future__ import annotations

import os
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plugins.problems import ContentError

VARIABLE = "HUISHENG_CAMPAIGN"
"""The environment variable that names a campaign: a folder of ``campaigns``, or any by its path."""
ROOT = Path(__file__).resolve().parents[1]
CAMPAIGNS = ROOT / "campaigns"
SETTINGS = "settings.py"
"""The file of a campaign with its own settings of Pelican's; the project's are pelicanconf.py."""
STARTER = "starter"
"""The campaign that new ones are copies of."""


class CampaignError(ContentError):
    """There is no such campaign; the message names those that are there."""


def campaign_folder(environ: Mapping[str, str]) -> Path:
    """Give the folder of the campaign that *environ* names; raises CampaignError."""
    name = environ.get(VARIABLE, "").strip()
    if not name:
        return ROOT
    folder = folder_of(name)
    if not (folder / "content").is_dir():
        known = "、".join(campaigns())
        there = f"现有的是：{known}" if known else "用 ./run campaign 名字 新开一个"
        raise CampaignError(f"{VARIABLE} 写的是“{name}”，{folder} 里没有专题：{there}")
    return folder


def folder_of(name: str) -> Path:
    """Give where the campaign *name* stands, which may be a path."""
    return Path(name).resolve() if {"/", os.sep} & {*name} else CAMPAIGNS / name


def campaigns() -> list[str]:
    """Name those that stand in ``campaigns``."""
    return sorted(path.parent.name for path in CAMPAIGNS.glob("*/content"))


def var_folder(environ: Mapping[str, str]) -> Path:
    """Give where database, archive, releases and caches are: where COMMENTS_VAR says, else beside
    the campaign's content.
    """
    return Path(environ.get("COMMENTS_VAR") or campaign_folder(environ) / "var")


def own_settings(folder: Path) -> dict[str, Any]:
    """Give the settings that the campaign in *folder* has of its own."""
    path = folder / SETTINGS
    found = runpy.run_path(str(path)) if path.is_file() else {}
    return {name: value for name, value in found.items() if name.isupper()}
