"""Addresses of stories and tags: in pinyin, made of a file's name or a tag's, never of a title."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath

from comment_archive.files import THREAD_ID
from plugins.typography.pinyin import pinyin_slug


def slug_of(name: str) -> str:
    """Give the address of a thing called *name*: the name itself where it can be one, else its
    pinyin; empty when nothing of it can be spoken.
    """
    return name if THREAD_ID.fullmatch(name) else pinyin_slug(name)


def story_slug(path: str | PurePath) -> str:
    """Give the address of the story in the file at *path*; it stays when the title changes."""
    return slug_of(PurePath(path).stem)


def tag_slug(name: str, own: Mapping[str, str]) -> str:
    """Give the address of the tag *name*: its *own* one, else its pinyin."""
    return own.get(name) or slug_of(name)


def split_list(value: str) -> tuple[str, ...]:
    """Take apart what editors separate by commas; empty parts are left out."""
    return tuple(part for part in (part.strip() for part in re.split("[,，]", value)) if part)


def former_slugs(value: str) -> tuple[str, ...]:
    """Read the line ``formerly``: names of files, the oldest first or as the editor likes."""
    return tuple(slug_of(name) for name in split_list(value))


def thread_of(slug: str, former: tuple[str, ...], given: str = "") -> str:
    """Say where the messages of a story are kept: in the thread that its head gives, else under
    its first former address, else under its own.
    """
    return given or (former[0] if former else slug)
