"""Gives values to every template: to those that are rendered, and to the macros they import."""

from __future__ import annotations

from pelican.generators import Generator


def offer(generators: list[Generator], **values: object) -> None:
    """Let every template of every generator see *values* under their names."""
    for generator in generators:
        generator.context.update(values)
        if environment := getattr(generator, "env", None):
            environment.globals.update(values)
