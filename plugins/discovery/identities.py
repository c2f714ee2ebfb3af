"""Identities by which one piece of structured data points to another."""

from __future__ import annotations


def story_identity(url: str) -> str:
    """Give the identity of the story whose page is at *url*."""
    return f"{url}#article"
