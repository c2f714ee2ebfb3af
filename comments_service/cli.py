"""flask comments ...: what an operator does from the command line."""

from __future__ import annotations

import secrets

import click
from flask.cli import with_appcontext

from comment_archive.files import Archive
from comments_service import accounts
from comments_service.errors import AccountError
from comments_service.export import Exporter
from comments_service.models import Account
from comments_service.parts import now, parts


@click.group()
def comments() -> None:
    """The message board's tables, accounts and archive."""


@comments.command()
@with_appcontext
def upgrade() -> None:
    """Make the tables, or bring them to the newest form."""
    parts().database.upgrade()
    click.echo("The tables are up to date.")


@comments.command("add-account")
@click.argument("name")
@click.option(
    "--generate", is_flag=True, help="Make a password and print it, instead of asking for one."
)
@with_appcontext
def add_account(name: str, generate: bool) -> None:
    """Make a moderator's account."""
    password = _new_password(generate)
    with _told(), parts().database.writing() as session:
        accounts.create_account(session, name, password)
    click.echo(f"Account {name!r} can log in at {parts().config.site_url}/desk/")


@comments.command("set-password")
@click.argument("name")
@click.option(
    "--generate", is_flag=True, help="Make a password and print it, instead of asking for one."
)
@with_appcontext
def set_password(name: str, generate: bool) -> None:
    """Give an account a new password and end its log-ins."""
    password = _new_password(generate)
    with _told(), parts().database.writing() as session:
        account = accounts.find_account(session, name)
        accounts.set_password(session, _existing(account, name), password)
    click.echo(f"Account {name!r} has a new password; its log-ins are ended.")


@comments.command("disable-account")
@click.argument("name")
@with_appcontext
def disable_account(name: str) -> None:
    """Lock an account out at once; its decisions stay on record."""
    with _told(), parts().database.writing() as session:
        accounts.disable(session, _existing(accounts.find_account(session, name), name))
    click.echo(f"Account {name!r} is disabled.")


@comments.command("rebuild-archive")
@with_appcontext
def rebuild_archive() -> None:
    """Make the archive anew from the database; run ./run build --force afterwards."""
    exporter = Exporter(parts().database, Archive(parts().config.archive))
    count = exporter.rebuild(now())
    click.echo(f"{count} messages are in {parts().config.archive}")


def _new_password(generate: bool) -> str:
    if generate:
        password = secrets.token_urlsafe(12)
        click.echo(f"Password: {password}")
        return password
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return asked


def _existing(account: Account | None, name: str) -> Account:
    if account is None:
        raise AccountError(f"There is no account {name!r}.")
    return account


class _told:
    """Turns our errors into one line and exit code 1."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Tell an account error as the command line does."""
        if isinstance(error, AccountError):
            raise click.ClickException(str(error)) from error
