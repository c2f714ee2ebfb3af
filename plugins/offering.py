"""Where plugins leave what is no part of the public site, and how they give values to templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment

from plugins.templates import Once

if TYPE_CHECKING:
    from pelican.generators import Generator

RECORDS = "_records"
"""Folder in the output for what the publisher and the service read; a release keeps it outside the
public tree.
"""


def offer(generators: list[Generator], **values: object) -> None:
    """Let every template of every generator see *values* under their names, and every macro that
    these import.
    """
    for generator in generators:
        generator.context.update(values)
        if environment := getattr(generator, "env", None):
            environment.globals.update(values)
            _forget(environment)


def _forget(environment: Environment) -> None:
    """Let nothing stay that was rendered with other values."""
    once = environment.extensions.get(Once.identifier)
    if isinstance(once, Once):
        once.forget()
