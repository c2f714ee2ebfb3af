"""Brings in accounts, without passwords and without changing those that are here."""

from __future__ import annotations

from sqlalchemy import insert, or_, select

from comments_service.exchange.intake import Batch, Intake, refused, table_of
from comments_service.exchange.passwords import placeholder, tells_disabled
from comments_service.importers import Record
from comments_service.models import Account


def take_accounts(intake: Intake, batch: Batch) -> None:
    """Make the accounts that are missing; one that is here keeps its role, so that no file can give
    rights.
    """
    numbers = [record.values["id"] for record in batch]
    names = [record.values["name"] for record in batch]
    query = select(Account).where(or_(Account.id.in_(numbers), Account.name.in_(names)))
    here = list(intake.session.scalars(query))
    by_number = {account.id: account for account in here}
    by_name = {account.name: account for account in here}
    counts, rows = intake.totals.counts["account"], []
    for record in batch:
        account = by_number.get(record.values["id"])
        if account is not by_name.get(record.values["name"]):
            raise _clash(record)
        if account is None:
            rows.append(_row(record))
        elif _is_same(account, record):
            counts.same += 1
        else:
            counts.kept += 1
    if rows:
        intake.session.execute(insert(table_of(Account)), rows)
    counts.new += len(rows)
    intake.totals.without_password.extend(
        record.values["name"]
        for record in batch
        if record.values["id"] not in by_number and not record.values["is_disabled"]
    )


def _row(record: Record) -> dict[str, object]:
    """An account without a password is disabled, until it is given one."""
    password_hash = placeholder(record.values["is_disabled"])
    barred = {"is_disabled": True, "password_hash": password_hash, "totp_step": 0}
    return record.values | barred


def _is_same(account: Account, record: Record) -> bool:
    there = (record.values["role"], record.values["email"], record.values["is_disabled"])
    return (account.role, account.email, tells_disabled(account)) == there


def _clash(record: Record) -> Exception:
    return refused(
        record,
        f"account {record.values['id']} is {record.values['name']!r} in the file, and number or "
        "name belong to another account here: bring the file into an empty database, before any "
        "account is made",
    )
