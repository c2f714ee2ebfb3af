"""How our own templates are read, within Pelican and beside it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.bccache import Bucket
from jinja2.exceptions import TemplateAssertionError
from jinja2.ext import Extension
from jinja2.meta import find_undeclared_variables
from jinja2.parser import Parser
from markupsafe import Markup

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class Unindent(Extension):
    """Drops the blanks at the start of each line of a template, never of what is put into it:
    people read them, browsers do not.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Give *source* without them."""
        return INDENTATION.sub("", source)


class SharedGlobals(Extension):
    """Lets all templates see one dictionary of what is offered, instead of a chain of two each:
    Jinja compares their names at each import of a macro, and with chains that is dear.
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        chained = environment.make_globals

        def make_globals(own: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
            return chained(own) if own else environment.globals

        setattr(environment, make_globals.__name__, make_globals)


class Once(Extension):
    """Renders what is the same on many pages once a build.

    ``{% once a, b %}…{% endonce %}`` is rendered anew only for other values of *a* and *b*. Within
    stands nothing else that a page or a macro brings: what is neither named there nor made within
    must be offered to every template alike (see ``plugins.offering``), else rendering raises
    TemplateAssertionError. No story may be shown within: a page that takes over what another one
    rendered is not known to depend on it.
    """

    tags: set[str] = {"once"}  # noqa: RUF012 -- as the base class has it

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._kept: dict[tuple[object, ...], Markup] = {}

    def parse(self, parser: Parser) -> nodes.Node:
        """Read the tag up to its end."""
        line = next(parser.stream).lineno
        values: list[nodes.Expr] = []
        while parser.stream.current.type != "block_end":
            parser.stream.skip_if("comma")
            values.append(parser.parse_expression())
        body = parser.parse_statements(("name:endonce",), drop_needle=True)
        arguments = [nodes.Const((parser.name, line)), nodes.Const(self._asked(body, values))]
        call = self.call_method("_rendered", [*arguments, nodes.Tuple(values, "load")])
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def _asked(self, body: list[nodes.Node], values: list[nodes.Expr]) -> tuple[str, ...]:
        """Name what the *body* takes from elsewhere, but for the *values* that it is kept by."""
        template = nodes.Template(body, lineno=1)
        template.set_environment(self.environment)
        given = {value.name for value in values if isinstance(value, nodes.Name)}
        return tuple(sorted(find_undeclared_variables(template) - given))

    def _rendered(
        self,
        place: tuple[str, int],
        asked: tuple[str, ...],
        values: tuple[object, ...],
        caller: Callable[[], Markup],
    ) -> Markup:
        """Give what the tag at *place* holds."""
        key = (*place, *values)
        if key not in self._kept:
            if others := [name for name in asked if name not in self.environment.globals]:
                told = f"once asks for {', '.join(others)}: name it in the tag"
                raise TemplateAssertionError(told, place[1], place[0])
            self._kept[key] = caller()
        return self._kept[key]

    def forget(self) -> None:
        """Render everything anew, as other values are offered."""
        self._kept.clear()


_compiled: dict[tuple[str, str], bytes] = {}
"""Templates that this process has compiled, by name and digest of the source: the next build of a
preview needs not do it again. All environments for which they are kept have the same options.
"""


class CompiledInMemory(BytecodeCache):
    """Keeps compiled templates for the life of the process."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill *bucket* if its template, as it is now, was compiled before."""
        if known := _compiled.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what *bucket* holds."""
        _compiled[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


class CompiledBeside(CompiledInMemory):
    """Keeps compiled templates in a folder that moves with them, so that nobody compiles them
    again who reads them later.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Give the name alone: where the templates are does not matter."""
        return name.replace("/", ",")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill *bucket* if its template, as it is now, was compiled before by this Python."""
        with suppress(FileNotFoundError), (self._folder / bucket.key).open("rb") as stream:
            bucket.load_bytecode(stream)
        if bucket.code is None:
            super().load_bytecode(bucket)
            if bucket.code is not None:
                self.dump_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what *bucket* holds, where the folder may be written; what a power failure cuts off
        is compiled again.
        """
        super().dump_bytecode(bucket)
        aside = self._folder / f".{bucket.key}.{os.getpid()}"
        with suppress(PermissionError):
            self._folder.mkdir(exist_ok=True)
            aside.write_bytes(bucket.bytecode_to_string())
            aside.replace(self._folder / bucket.key)


def environment_of(templates: Path, compiled: Path | None = None) -> Environment:
    """Make the environment for templates in the folder *templates* that Pelican does not render:
    autoescape is on, and a name that nobody gave is a mistake. Templates are read once; in the
    folder *compiled*, if given, they are kept as Python's code.
    """
    return Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=[Unindent],
        auto_reload=False,
        bytecode_cache=CompiledBeside(compiled) if compiled else CompiledInMemory(),
    )
