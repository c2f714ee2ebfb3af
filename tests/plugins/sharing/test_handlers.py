"""Sharing, as Pelican's templates see it."""

from __future__ import annotations

from types import SimpleNamespace

from jinja2 import Environment

from plugins.campaign.data import read_campaign
from plugins.galleries.records import Made, Photo
from plugins.sharing.handlers import materials, offer_sharing
from tests.living_site import ROOT, SAMPLE

PAGE = """{% set cards = social_cards("题目 & <b>", "scene.svg") %}
<meta property="og:image" content="{{ cards.wide }}">
{% set picture = "https://example.org" ~ cards.square %}
{% for link in share("https://example.org/", "题目", "摘要", picture) %}
<a href="{{ link.href }}">{{ link.label }}</a>
{% endfor %}
{{ qr("https://example.org/", label="二维码") }}"""


def generator(tmp_path, targets):
    """Make what a handler needs of a generator: settings, context and templates."""
    campaign = read_campaign(SAMPLE / "campaign.toml")
    share = SimpleNamespace(targets=targets)
    settings = {
        "CAMPAIGN": SimpleNamespace(campaign=campaign.campaign, share=share),
        "THEME": str(ROOT / "theme"),
        "PATH": str(SAMPLE),
        "OUTPUT_PATH": str(tmp_path / "output"),
        "CARD_CACHE": str(tmp_path / "kept"),
    }
    return SimpleNamespace(settings=settings, context={}, env=Environment(autoescape=True))


def test_templates_share_a_page(tmp_path):
    """A template gets the links, the code and the cards of its page."""
    made = generator(tmp_path, ("weibo", "qq"))
    offer_sharing([made])
    page = made.env.from_string(PAGE).render()
    (card,) = (line for line in page.splitlines() if "og:image" in line)
    address = card.split('"')[3]
    assert (tmp_path / "output" / address[1:]).is_file()
    assert page.count("<a href=") == 2
    assert '<svg class="qr" role="img" aria-label="二维码"' in page
    assert len(list((tmp_path / "output" / "assets").iterdir())) == 2


def test_cards_show_the_photos_of_the_site(tmp_path):
    """What the gallery made of photos is known to the cards; a site may have none."""
    settings = generator(tmp_path, ()).settings
    assert materials(settings).photos == {}
    made = Made(digest="0", width=1, height=1)
    photos = {"pictures/a.jpg": Photo(source="pictures/a.jpg", made=made)}
    assert materials(settings | {"CATALOGUE": SimpleNamespace(photos=photos)}).photos == photos
