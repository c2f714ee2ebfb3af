"""What an operator does with all data at once: take it out, bring it back, look the record over."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click
from flask.cli import with_appcontext

from comments_service.errors import ImportRefused
from comments_service.exchange import Totals, bring_in, write_out
from comments_service.importers import FIRST_BYTES, IMPORTERS, find_importer
from comments_service.parts import now, parts
from comments_service.verification import verify as verify_record

STANDARD = "-"


@click.command("export")
@click.argument("file", default=STANDARD)
@with_appcontext
def export_data(file: str) -> None:
    """Write everything but secrets to FILE, as JSON Lines; - is standard output."""
    database = parts().database
    if file == STANDARD:
        write_out(database, sys.stdout.buffer, now=now())
        return
    with _told(), _written_aside(Path(file)) as stream, _counter("records") as count:
        total = write_out(database, stream, now=now(), progress=count)
    click.echo(f"{total} records are in {file}; it holds e-mail addresses, so keep it safe.")


@click.command("import")
@click.argument("file")
@click.option(
    "--format",
    "name",
    type=click.Choice([importer.name for importer in IMPORTERS]),
    help="What wrote the file; looked up in it when not given.",
)
@click.option("--dry-run", is_flag=True, help="Do it all, tell of it, and undo it.")
@with_appcontext
def import_data(file: str, name: str | None, dry_run: bool) -> None:
    """Bring FILE into the database, all of it or nothing; - is standard input."""
    with _told(), _opened(file) as stream, _distance(stream) as progress:
        records = find_importer(stream.peek(FIRST_BYTES)[:FIRST_BYTES], name).records(stream)
        totals = bring_in(
            parts().database, records, now=now(), is_rehearsal=dry_run, progress=progress
        )
    _tell_totals(totals)
    _tell_what_next(totals, dry_run)


@click.command("verify")
@click.option("--head", help="A head that was published earlier, and has to be in the record.")
@with_appcontext
def verify(head: str | None) -> None:
    """Look over whether the record of decisions is as it was written."""
    with parts().database.snapshot() as session, _counter("decisions") as count:
        found = verify_record(session, head.strip().lower() if head else None, count)
    if found.problem is not None:
        raise click.ClickException(found.problem)
    click.echo(f"{found.count} decisions are as they were written; the head is {found.head}")


def _tell_totals(totals: Totals) -> None:
    click.echo(f"{'':10}{'new':>10}{'updated':>10}{'same':>10}{'kept':>10}")
    for kind, n in totals.counts.items():
        click.echo(f"{kind:10}{n.new:>10}{n.updated:>10}{n.same:>10}{n.kept:>10}")


def _tell_what_next(totals: Totals, dry_run: bool) -> None:
    if dry_run:
        click.echo("Nothing was written: this was a rehearsal.")
    elif totals.changed:
        click.echo("Now run ./run comments rebuild-archive, then ./run build --force")
    if totals.without_password:
        names = ", ".join(totals.without_password)
        click.echo(f"Closed until they get a password (./run comments set-password): {names}")


@contextmanager
def _told() -> Iterator[None]:
    """Turn what stands in the way into one line and exit code 1."""
    try:
        yield
    except ImportRefused as error:
        raise click.ClickException(f"{error}. Nothing was written.") from error
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        raise click.ClickException(what) from error


@contextmanager
def _opened(file: str) -> Iterator[io.BufferedReader]:
    if file != STANDARD:
        with Path(file).open("rb") as stream:
            yield stream
        return
    standard: Any = sys.stdin.buffer
    stream = io.BufferedReader(standard)
    try:
        yield stream
    finally:
        stream.detach()


@contextmanager
def _written_aside(path: Path) -> Iterator[BinaryIO]:
    """Give a file that only its owner may read, which takes *path* when it is whole."""
    beside = path.with_name(f".{path.name}.part")
    beside.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _counter(what: str) -> Iterator[Callable[[int], None]]:
    """Give what shows on a terminal how far it is; elsewhere nothing is shown."""
    is_shown = sys.stderr.isatty()

    def show(count: int) -> None:
        if is_shown:
            click.echo(f"\r{count} {what} ...", nl=False, err=True)

    yield show
    show_end = "\r\033[K" if is_shown else ""
    click.echo(show_end, nl=False, err=True)


@contextmanager
def _distance(stream: io.BufferedReader) -> Iterator[Callable[[], None]]:
    """Give what shows on a terminal how much of a file was read."""
    if not (sys.stderr.isatty() and stream.seekable()):
        yield lambda: None
        return
    size = os.fstat(stream.fileno()).st_size
    with click.progressbar(length=size, file=sys.stderr) as bar:
        yield lambda: bar.update(stream.tell() - bar.pos)
