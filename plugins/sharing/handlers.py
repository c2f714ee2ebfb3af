"""Pelican's side of sharing."""

from __future__ import annotations

import logging
from functools import partial

from pelican import signals
from pelican.generators import Generator

from plugins.sharing.targets import TARGETS, share_links

log = logging.getLogger(__name__)


def connect() -> None:
    """Connect the handler."""
    signals.all_generators_finalized.connect(offer_share)


def offer_share(generators: list[Generator]) -> None:
    """Give ``share`` to every template."""
    campaign = generators[0].settings.get("CAMPAIGN")
    names = campaign.share.targets if campaign else ()
    for unknown in set(names) - TARGETS.keys():
        log.error(
            "campaign.toml: share target %s is not known: known are %s", unknown, ", ".join(TARGETS)
        )
    share = partial(share_links, tuple(name for name in names if name in TARGETS))
    for generator in generators:
        generator.context["share"] = share
        if generator_env := getattr(generator, "env", None):
            generator_env.globals["share"] = share
