"""What an operator does so that nothing is lost, and nothing is kept for too long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import with_appcontext

from comments_service import sealing
from comments_service.address_log import read_addresses
from comments_service.errors import BackupRefused, KeyRefused, UpgradeFailed
from comments_service.export import Exporter
from comments_service.parts import now, parts
from comments_service.recovery import restoring, taken_back
from comments_service.recovery.backups import back_up
from comments_service.recovery.restoring import Restored
from comments_service.recovery.upgrading import upgrade as upgrade_tables
from comments_service.retention.forgetting import forget_overdue

FILE = click.Path(dir_okay=False, path_type=Path)
KEY = click.option("--key", "key_file", type=FILE, help="The file of the private key.")


@click.command()
@with_appcontext
def upgrade() -> None:
    """Make the tables, or back up and bring them to the newest form."""
    with _told():
        upgrade_tables(parts().config, parts().database, now(), click.echo)


@click.command()
@with_appcontext
def backup() -> None:
    """Write all tables to one file in the folder of backups; the service may go on meanwhile."""
    config = parts().config
    with _told():
        written = back_up(config, parts().database, now())
    click.echo(f"Backed up {written.rows} rows, {written.size} bytes: {written.path}")
    if not config.backup_key:
        click.echo("It is not encrypted (COMMENTS_BACKUP_KEY) and holds e-mail addresses.")


@click.command()
@click.argument("file", type=FILE)
@KEY
@click.option("--verify", "only_verifies", is_flag=True, help="Only see whether it could be put.")
@with_appcontext
def restore(file: Path, key_file: Path | None, only_verifies: bool) -> None:
    """Put a backup into an empty database, and make the archive from it."""
    with _told():
        key = sealing.read_private_key(key_file) if key_file else None
        if only_verifies:
            _tell(restoring.verify(file, key=key))
            click.echo("It can be restored.")
            return
        _tell(restoring.restore(parts().database, file, key=key))
        _honour({parts().config.backups_folder.resolve(), file.resolve().parent})
        count = Exporter.of(parts().config, parts().database).rebuild(now())
    click.echo(f"{count} messages are in {parts().config.archive}")
    click.echo("Now run ./run build --force, and start ./run serve and ./run publisher")


@click.command()
@with_appcontext
def forget() -> None:
    """Forget all that is past its term, as the publisher does every night, and take away again what
    visitors took back, after a database was put back by other means than restore.
    """
    _honour({parts().config.backups_folder})


@click.command("make-key")
@click.argument("file", type=FILE)
def make_key(file: Path) -> None:
    """Write a new private key to FILE and print its public half."""
    with _told():
        public = sealing.make_key(file)
    click.echo(public)
    click.echo(f"Keep {file} away from this machine: without it nothing can be read.", err=True)


@click.command()
@click.argument("numbers", type=int, nargs=-1, required=True)
@click.option("--key", "key_file", type=FILE, required=True, help="The file of the private key.")
@with_appcontext
def addresses(numbers: tuple[int, ...], key_file: Path) -> None:
    """Print from which full addresses the messages NUMBERS came, as far as they are kept."""
    with _told(), parts().database.reading() as session:
        key = sealing.read_private_key(key_file)
        senders = list(read_addresses(session, key, list(numbers)))
    for sender in senders:
        click.echo(f"{sender.number}\t{sender.stored_at.isoformat()}\t{sender.address}")
    for number in sorted(set(numbers) - {sender.number for sender in senders}):
        click.echo(f"{number}: no address is kept", err=True)


COMMANDS = (upgrade, backup, restore, forget, make_key, addresses)


def _honour(folders: set[Path]) -> None:
    """Take away again what was taken back or fell due since the backup."""
    config, database, moment = parts().config, parts().database, now()
    again = sum(taken_back.replay(database, folder, moment) for folder in sorted(folders))
    click.echo(f"{again} messages that visitors took back since are taken back again.")
    done = forget_overdue(database, config, moment)
    for what, count in done.items():
        if count:
            click.echo(f"{count:>8}  {what}")
    click.echo(f"{sum(done.values())} rows past their term are forgotten.")


def _tell(restored: Restored) -> None:
    """Say what the backup holds."""
    click.echo(f"Made {restored.made_at}, with tables of form {restored.migration}:")
    for name, count in restored.counts.items():
        if count:
            click.echo(f"{count:>8}  {name}")
    click.echo(
        f"{restored.approved} messages belong on the site; "
        f"the chain of {restored.decisions} decisions is whole."
    )


@contextmanager
def _told() -> Iterator[None]:
    """Turn what stands in the way into one line and exit code 1."""
    try:
        yield
    except (BackupRefused, KeyRefused, UpgradeFailed) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        raise click.ClickException(what) from error
