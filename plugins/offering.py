"""Gives values to every template: to those that are rendered, and to the macros they import."""

from __future__ import annotations

from jinja2 import Environment
from pelican.generators import Generator

from plugins.templates import Once


def offer(generators: list[Generator], **values: object) -> None:
    """Let every template of every generator see *values* under their names."""
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
