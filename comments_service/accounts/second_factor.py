"""The second factor: codes that change every 30 seconds (RFC 6238), and recovery codes for the day
when the phone is lost.
"""

from __future__ import annotations

import logging
import secrets
import unicodedata
from datetime import datetime

import pyotp
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from comments_service.accounts.sessions import end_logins
from comments_service.errors import AccountError
from comments_service.models import Account, Login, RecoveryCode, Role
from comments_service.tokens import hash_token

log = logging.getLogger(__name__)

DIGITS = 6
STEPS_ASIDE = 1
"""A phone's clock may be one step (30 s) off."""
RECOVERY_CODES = 10
GROUPS, GROUP = 4, 4
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""None that is taken for another: 16 of them are 80 bits."""


def is_required(account: Account) -> bool:
    """Say whether *account* cannot be without a second factor."""
    return account.role is Role.ADMINISTRATOR


def is_missing(account: Account) -> bool:
    """Say whether *account* must set up a second factor before it may do anything."""
    return is_required(account) and not account.totp_secret


def new_secret() -> str:
    """Give a new seed of 160 bits, in Base32 as phones take it."""
    return pyotp.random_base32()


def secret_address(secret: str, *, name: str, site: str) -> str:
    """Give the otpauth address that a phone reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=site)


def set_up(
    session: Session, account: Account, secret: str, code: str, *, login: Login, now: datetime
) -> list[str] | None:
    """Make *secret* the second factor of *account* if *code* shows that a phone has it; one of
    before is replaced.

    Gives the recovery codes, None for a wrong code. All other sessions end.
    """
    step = _step_of(secret, code, now)
    if step is None:
        log.warning("second factor not confirmed", extra={"account_id": account.id})
        return None
    account.totp_secret, account.totp_step = secret, step
    end_logins(session, account, but=login)
    log.info("second factor set up", extra={"account_id": account.id})
    return renew_recovery_codes(session, account)


def is_right_code(session: Session, account: Account, code: str, *, now: datetime) -> bool:
    """Say whether *code* is the phone's present one or a recovery code; neither counts twice.

    The caller holds a lock that lets codes for *account* come one after the other.
    """
    return _takes_code(account, code, now) or _takes_recovery_code(session, account, code)


def renew_recovery_codes(session: Session, account: Account) -> list[str]:
    """Give new recovery codes, to be shown once; those of before are worth nothing."""
    _forget_recovery_codes(session, account)
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(code_hash=_code_hash(account, code), account_id=account.id) for code in codes
    )
    return codes


def recovery_codes_left(session: Session, account: Account) -> int:
    """Count the recovery codes that were not used yet."""
    query = select(func.count()).where(RecoveryCode.account_id == account.id)
    return session.scalar(query) or 0


def switch_off(session: Session, account: Account) -> None:
    """Ask *account* for no second factor any more; raises AccountError for administrators."""
    if is_required(account):
        raise AccountError("管理员不能关闭两步验证。")
    _take_away(session, account, account)


def reset(session: Session, account: Account, *, by: Account | None = None) -> None:
    """Switch the second factor of one who lost it off, and end all log-ins of *account*.

    Raises AccountError for one's own, which takes the password.
    """
    if by is not None and by.id == account.id:
        raise AccountError("自己的两步验证，请在自己的账号页面里更换。")
    _take_away(session, account, by)
    end_logins(session, account)


def _take_away(session: Session, account: Account, by: Account | None) -> None:
    account.totp_secret, account.totp_step = None, 0
    _forget_recovery_codes(session, account)
    extra = {"account_id": account.id, "by": by.id if by is not None else None}
    log.info("second factor switched off", extra=extra)


def _takes_code(account: Account, code: str, now: datetime) -> bool:
    step = _step_of(account.totp_secret, code, now) if account.totp_secret else None
    if step is None or step <= account.totp_step:
        return False
    account.totp_step = step
    return True


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Give the time step that *code* belongs to, if it is near."""
    plain = _plain(code)
    if len(plain) != DIGITS or not (plain.isascii() and plain.isdigit()):
        return None
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(
            plain, for_time=now, valid_window=STEPS_ASIDE
        )
    except OTPVerificationError:
        return None


def _takes_recovery_code(session: Session, account: Account, code: str) -> bool:
    is_it = RecoveryCode.code_hash == _code_hash(account, code)
    taken = session.scalar(delete(RecoveryCode).where(is_it).returning(RecoveryCode.account_id))
    if taken is None:
        return False
    log.warning("recovery code used", extra={"account_id": account.id})
    return True


def _forget_recovery_codes(session: Session, account: Account) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _new_code() -> str:
    letters = ("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(letters)


def _code_hash(account: Account, code: str) -> str:
    return hash_token(f"{account.id}\0{_plain(code)}")


def _plain(code: str) -> str:
    """Give the code as it is compared: what an input method makes of it, and blanks, do not
    count.
    """
    folded = unicodedata.normalize("NFKC", code).casefold()
    return "".join(char for char in folded if char.isalnum())
