"""Sets the clock forth and back: messages are taken, nobody is locked out for as long as the clock
was wrong, and what was decided meanwhile is published.

The parts are given the time that a wrong clock would show; they ask no other one.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from chaos.rows import Row, none_of
from chaos.stage import make_site
from comments_service.accounts import throttle
from comments_service.accounts.sessions import find_login, open_login
from comments_service.errors import CommentsError, LoginRefused, TooMany
from comments_service.models import Action
from comments_service.proofs import opened_mark, seconds_open
from comments_service.publication import LONGEST_UNDO
from comments_service.submission import Terms, submit
from tests.living_site import SECRET, START, LivingSite, make_config, make_submission

JUMPS = tuple(
    sign * timedelta(seconds=seconds)
    for seconds in (10, 3600, 86_400, 40_000_000)
    for sign in (1, -1)
)
"""Seconds, an hour, a day, and more than a year, forth and back."""
DAY = timedelta(days=1)
"""The only one of the short form."""
UNDO = timedelta(seconds=10)
SOON = timedelta(minutes=1)
"""Within which a publisher at work notices."""


def run(folder: Path, quick: bool) -> list[Row]:
    """Do all with a clock that is wrong, set it right, and do it again."""
    locked = unpublished = unopened = differ = 0
    jumps = [jump for jump in JUMPS if not quick or abs(jump) == DAY]
    for number, jump in enumerate(jumps):
        site = make_site(folder / str(number))
        wrong, right = START + jump, START + SOON
        locked += not _writes(site, wrong, right)
        locked += not _may_try_again(site, wrong, right)
        unopened += not _has_form_and_session(site, wrong, right)
        unpublished += not _publishes(site, wrong, right)
        differ += site.tree() != site.clean_build(site.root / "clean")
        site.close()
    many = len(jumps)
    return [
        none_of("jumps after which a network or an account was locked out", locked, many, "jumps"),
        none_of("jumps that made a form too old or ended a session", unopened, many, "jumps"),
        none_of("jumps after which a decision did not reach the page", unpublished, many, "jumps"),
        none_of("sites that differ from a clean build", differ, many, "sites"),
    ]


def _writes(site: LivingSite, wrong: datetime, right: datetime) -> bool:
    """Use a network's limit up by the wrong clock; say whether it may write by the right one, or
    must wait no longer than the limit's own time.
    """
    terms = Terms.of(make_config(site.root, site.database_url, refuse_after=3))
    for moment in (wrong, wrong, wrong, right):
        text = f"{moment.isoformat()} {len(site.receipts)}"
        submission = make_submission(text=text, nonce=text)
        try:
            receipt = submit(
                site.database, site.directory, submission, secret=SECRET, now=moment, terms=terms
            )
        except TooMany as wait:
            return wait.seconds <= 2 * 600
        site.receipts.append(receipt)
    return True


def _may_try_again(site: LivingSite, wrong: datetime, right: datetime) -> bool:
    """Give wrong passwords by the wrong clock; say whether the wait is over in its own time."""
    key = throttle.throttle_key("name", "lin")
    for _ in range(throttle.TRIES_BEFORE_WAIT + 3):
        throttle.count_failure(site.database, key, wrong)
    with site.database.writing() as session, suppress(LoginRefused):
        late = right + throttle.LONGEST_WAIT
        throttle.refuse_while_waiting(throttle.lock(session, key, late), late)
        return True
    return False


def _has_form_and_session(site: LivingSite, wrong: datetime, right: datetime) -> bool:
    """Open a form and a session by the wrong clock; say whether both hold by the right one, as far
    as their own terms go.
    """
    age = seconds_open(opened_mark(SECRET, wrong), secret=SECRET, now=right)
    with site.database.writing() as session:
        account = session.merge(site.moderator)
        token = open_login(session, account, network="", now=wrong, is_verified=True)
        is_open = find_login(session, token, now=right) is not None
    return age is not None and age >= 0 and (is_open or right - wrong > timedelta(hours=12))


def _publishes(site: LivingSite, wrong: datetime, right: datetime) -> bool:
    """Approve by the wrong clock; say whether a publisher with the right one shows it soon, or when
    the clock was wrong by an hour at most, as late as it was wrong.
    """
    site.now = wrong
    number = site.post(text="钟不准时通过的留言", address="8.8.8.8", nonce="by a wrong clock")
    site.now = wrong
    site.decide(number, Action.APPROVE, undo=UNDO)
    is_short = wrong - right <= LONGEST_UNDO
    site.now = (max(wrong, right) if is_short else right) + UNDO + SOON
    with suppress(CommentsError), site.publisher.source.alone() as lead:
        assert lead is not None  # noqa: S101 -- nobody else leads here
        site.publisher.source = lead.begin("chaos", site.now)
        site.publisher.source.see(site.now)
        site.publish()
    site.restart()
    return "钟不准时通过的留言" in site.page("stories/first/index.html")
