"""Tells whoever wants to know which files are made beside a page while it is rendered."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[str], object]] = []


def listen(listener: Callable[[str], object]) -> None:
    """Let *listener* be told of each file that a page refers to and that was made for it."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(name: str) -> None:
    """Tell that the page that is being rendered refers to the file *name*, below the site's root;
    to be called for every page anew, the file is made only once.
    """
    for listener in _listeners:
        listener(name)
