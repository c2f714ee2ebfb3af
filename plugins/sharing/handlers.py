"""Pelican's side of sharing."""

from __future__ import annotations

from functools import partial

from pelican import signals
from pelican.generators import Generator

from plugins.campaign.data import CampaignError
from plugins.offering import offer
from plugins.sharing.targets import TARGETS, share_links


def connect() -> None:
    """Connect the handler."""
    signals.all_generators_finalized.connect(offer_share)


def offer_share(generators: list[Generator]) -> None:
    """Give ``share`` to every template."""
    names = generators[0].settings["CAMPAIGN"].share.targets
    if unknown := set(names) - TARGETS.keys():
        raise CampaignError(
            f"campaign.toml: share target {', '.join(sorted(unknown))} is not known: "
            f"known are {', '.join(TARGETS)}"
        )
    offer(generators, share=partial(share_links, names))
