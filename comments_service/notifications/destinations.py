"""Where moderators are told together: chats, phones, whatever Apprise reaches."""

from __future__ import annotations

import logging
from typing import Protocol

from comments_service.config import Config
from comments_service.notifications.letters import Announcement

log = logging.getLogger(__name__)


class NobodyTold(Exception):
    """No destination took an announcement."""


class Destination(Protocol):
    """A way to tell moderators."""

    def __call__(self, config: Config, announcement: Announcement) -> bool:
        """Tell them; says whether it arrived."""


def through_apprise(config: Config, announcement: Announcement) -> bool:
    """Tell every Apprise address of the settings; one that fails does not hold up the others."""
    told = [_tell(url, announcement) for url in config.notify_urls.split()]
    return any(told)


DESTINATIONS: tuple[Destination, ...] = (through_apprise,)
"""All ways; a new one is a function and its line here."""


def broadcast(config: Config, announcement: Announcement) -> None:
    """Tell moderators in every way; raises NobodyTold where none of them worked."""
    told = [tell(config, announcement) for tell in DESTINATIONS]
    if not any(told):
        raise NobodyTold


def _tell(url: str, announcement: Announcement) -> bool:
    import apprise  # here, as it takes a third of a second and most commands never need it

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its lines hold addresses
    messenger = apprise.Apprise()
    is_told = messenger.add(url) and messenger.notify(
        title=announcement.title,
        body=announcement.text,
        body_format=apprise.NotifyFormat.TEXT,
    )
    if not is_told:
        log.warning("moderators were not told", extra={"through": url.partition(":")[0][:20]})
    return bool(is_told)
