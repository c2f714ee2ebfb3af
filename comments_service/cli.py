"""flask comments ...: what an operator does from the command line."""

from __future__ import annotations

import secrets
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from comments_service import accounts, recovery_commands, word_lists
from comments_service.accounts import invitations, second_factor
from comments_service.errors import AccountError, CommentsError
from comments_service.exchange_commands import export_data, import_data, verify
from comments_service.export import Exporter
from comments_service.models import Account, Role, Strength
from comments_service.parts import now, parts

ROLE = click.Choice([role.value for role in Role])
ANY_TABLES = frozenset({"upgrade", "backup", "restore", "make-key"})
"""Commands that work with tables of any form, or none."""
STRENGTH = click.Choice([strength.value for strength in Strength])


@click.group()
@click.pass_context
@with_appcontext
def comments(context: click.Context) -> None:
    """The message board's tables, accounts and archive."""
    if context.invoked_subcommand in ANY_TABLES:
        return
    if not parts().database.is_current():
        raise click.ClickException(
            "The tables are missing or old: run ./run comments upgrade first."
        )


for command in (export_data, import_data, verify, *recovery_commands.COMMANDS):
    comments.add_command(command)


@comments.command("add-account")
@click.argument("name")
@click.option(
    "--generate", is_flag=True, help="Make a password and print it, instead of asking for one."
)
@click.option("--role", type=ROLE, default=Role.MODERATOR.value, help="What it may do.")
@with_appcontext
def add_account(name: str, generate: bool, role: str) -> None:
    """Make an account; administrators set up a second factor at their first log-in."""
    password = _new_password(generate)
    with _told(), parts().database.writing() as session:
        accounts.create_account(session, name, password, Role(role))
    _tell_password(generate, password)
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
    _tell_password(generate, password)
    click.echo(f"Account {name!r} has a new password; its log-ins are ended.")


@comments.command("disable-account")
@click.argument("name")
@with_appcontext
def disable_account(name: str) -> None:
    """Lock an account out at once; its decisions stay on record."""
    with _told(), parts().database.writing() as session:
        accounts.disable(session, _existing(accounts.find_account(session, name), name))
    click.echo(f"Account {name!r} is disabled.")


@comments.command("set-role")
@click.argument("name")
@click.argument("role", type=ROLE)
@with_appcontext
def set_role(name: str, role: str) -> None:
    """Give an account another role."""
    with _told(), parts().database.writing() as session:
        account = _existing(accounts.find_account(session, name), name)
        accounts.set_role(session, account, Role(role))
    click.echo(f"Account {name!r} is a {role} now.")


@comments.command("reset-second-factor")
@click.argument("name")
@with_appcontext
def reset_second_factor(name: str) -> None:
    """Ask an account for no second factor any more, and end its log-ins."""
    with _told(), parts().database.writing() as session:
        second_factor.reset(session, _existing(accounts.find_account(session, name), name))
    click.echo(f"Account {name!r} logs in with the password alone, and can set up a new phone.")


@comments.command()
@click.option("--role", type=ROLE, default=Role.MODERATOR.value, help="What the account may do.")
@with_appcontext
def invite(role: str) -> None:
    """Print a link by which one person makes an account; it holds for a week."""
    with parts().database.writing() as session:
        token = invitations.invite(session, Role(role), by=None, now=now())
    click.echo(f"{parts().config.site_url}/desk/invitation/{token}")


@comments.command("import-words")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--strength", type=STRENGTH, required=True, help="What a message with them becomes.")
@with_appcontext
def import_words(file: Path, strength: str) -> None:
    """List the words of FILE, one a line; lines that begin with # are passed over."""
    lines = _decoded(file.read_bytes()).splitlines()
    with parts().database.writing() as session:
        done = word_lists.import_words(session, lines, Strength(strength), now())
    for number, error in done.skipped:
        click.echo(f"{file}:{number}: left out: {_in_english(error)}", err=True)
    click.echo(f"{done.added} words are new, {done.changed} moved here, {done.known} were known.")


@comments.command("rebuild-archive")
@with_appcontext
def rebuild_archive() -> None:
    """Make the archive anew from the database; run ./run build --force afterwards."""
    exporter = Exporter.of(parts().config, parts().database)
    count = exporter.rebuild(now())
    click.echo(f"{count} messages are in {parts().config.archive}")


def _new_password(generate: bool) -> str:
    if generate:
        return secrets.token_urlsafe(12)
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return asked


def _tell_password(is_generated: bool, password: str) -> None:
    """Print the password that was made, once it is the account's."""
    if is_generated:
        click.echo(f"Password: {password}")


def _decoded(data: bytes) -> str:
    """Read a list that was written on any Chinese computer."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


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
            raise click.ClickException(_in_english(error)) from error


def _in_english(error: CommentsError) -> str:
    """Give the sentence that the desk says in Chinese as its catalogue has it for operators."""
    catalogue: dict[str, str] = current_app.extensions["english"]()
    words = catalogue.get(error.sentence, error.sentence)
    return words % error.values if error.values else words
