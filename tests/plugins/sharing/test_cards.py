"""Social cards, drawn with the machine's fonts."""

from __future__ import annotations

import pytest
import pyvips

from plugins.sharing.cards import CannotDrawError, Subject, draw
from plugins.sharing.fonts import find_font, is_missing
from plugins.sharing.layouts import SQUARE, WIDE
from tests.living_site import ROOT

MARK = (ROOT / "theme" / "static" / "icon.svg").read_bytes()
SCENE = (ROOT / "content" / "pictures" / "bookmall.svg").read_bytes()
LONG = (
    "关于进一步推动志愿服务事业高质量发展、加快建设“志愿者之城”"
    "2.0版的若干思考与今后五年行动计划（征求意见稿）"
)
SHAPES = [pytest.param(WIDE, id="wide"), pytest.param(SQUARE, id="square")]
TITLES = [
    pytest.param("温度", id="short"),
    pytest.param("五年一程，“志愿者之城”阶段目标达成", id="a headline"),
    pytest.param(LONG, id="long"),
    pytest.param("A Day in the Life of a Volunteer at Shenzhen North Station", id="Latin"),
    pytest.param("你好😀👨\u200d👩\u200d👧 U站", id="emoji"),
    pytest.param("<b>A & B</b> \"C\" 'D' ]]> <!--", id="marks with a meaning"),
    pytest.param("控\x00制\x1b\ud800字\ufffe符\n\t", id="what XML does not allow"),
]


@pytest.fixture(scope="module")
def font():
    """Give the machine's font; the cards of this project need a Chinese one."""
    found = find_font()
    assert found is not None, "install a Chinese font (fonts-noto-cjk)"
    return found


def subject(**changes):
    """Make a subject, with *changes*."""
    values = {"title": "来了就当志愿者", "name": "志愿者之城", "mark": MARK, "picture": SCENE}
    return Subject(**(values | changes))


def opened(content):
    """Open a card as a browser does."""
    return pyvips.Image.new_from_buffer(content, "").colourspace("srgb")


def photo(suffix):
    """Make a photograph, noisy as they are."""
    noise = pyvips.Image.gaussnoise(1600, 1000, sigma=40, mean=120, seed=7)
    bands = noise.gaussblur(1.5).bandjoin([noise.gaussblur(6), noise.gaussblur(3)])
    return bands.cast("uchar").copy(interpretation="srgb").write_to_buffer(suffix)


def ink(image, left, top, width, height):
    """Say whether something is drawn in a part of a card that is paper else."""
    part = image.crop(left, top, width, height)
    return any(part[band].min() < paper - 6 for band, paper in enumerate((251, 247, 241)))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("picture", [pytest.param(SCENE, id="drawn"), pytest.param(b"", id="none")])
@pytest.mark.parametrize("title", TITLES)
def test_title_is_never_clipped(shape, picture, title, font):
    """Every title stands within its margins, in a file of the size that services take."""
    content = draw(subject(title=title, picture=picture), shape, font)
    card = opened(content)
    assert (card.width, card.height) == (shape.width, shape.height)
    assert len(content) <= shape.most_bytes
    layout = shape.pictured if picture else shape.plain
    words = layout.words
    below = words.top + words.title.height
    right = words.left + words.title.width
    edge = layout.picture.x if layout.picture and layout.picture.x else shape.width
    assert ink(card, words.left, words.top, words.title.width, words.title.height)
    assert not ink(card, right + 4, words.top, edge - right - 5, words.title.height)
    assert not ink(card, 0, words.top, words.left // 2, words.title.height)
    foot = layout.rule.y if layout.rule.y > below else shape.height
    assert not ink(card, 0, below + 2, edge - 1, foot - below - 3)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("picture", "kind"),
    [
        pytest.param(SCENE, b"\x89PNG", id="flat shapes stay sharp"),
        pytest.param(photo(".jpg"), b"\xff\xd8\xff", id="photograph"),
        pytest.param(photo(".png"), b"\xff\xd8\xff", id="photograph as PNG"),
    ],
)
def test_kind_of_file(shape, picture, kind, font):
    """Drawings become PNG with a palette, photographs JPEG, each within its weight."""
    content = draw(subject(picture=picture), shape, font)
    assert content.startswith(kind)
    assert len(content) <= shape.most_bytes


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "picture", [pytest.param(SCENE, id="drawn"), pytest.param(photo(".jpg"), id="photo")]
)
def test_same_card_same_bytes(shape, picture, font):
    """What is drawn again is the same file."""
    assert draw(subject(picture=picture), shape, font) == draw(
        subject(picture=picture), shape, font
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("picture", [pytest.param(SCENE, id="drawn"), pytest.param(b"", id="none")])
def test_without_a_font_there_are_no_boxes(shape, picture):
    """On a machine without Chinese the card is picture and mark, whatever the title."""
    cards = {draw(subject(title=title, picture=picture), shape, None) for title in ("甲", "乙")}
    assert len(cards) == 1
    card = opened(cards.pop())
    assert (card.width, card.height) == (shape.width, shape.height)


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(b"not a picture", id="text"),
        pytest.param(photo(".jpg")[:400], id="cut off"),
        pytest.param(b"<svg", id="broken drawing"),
    ],
)
def test_what_is_no_picture(picture, font):
    """A file that cannot be opened is told, not drawn."""
    with pytest.raises(CannotDrawError):
        draw(subject(picture=picture), WIDE, font)


@pytest.mark.parametrize("sign", ["永", "龘", "A", "，", "“", "囗", "■", "é", " ", "\u200d"])
def test_signs_that_can_be_drawn(sign, font):
    """What a font has, or what leaves no ink, is kept."""
    assert not is_missing(font.css, sign)
    assert font.drawable(sign) == sign


@pytest.mark.parametrize("sign", ["\ufdd1", "\U000f0000", "\u0378", "\ue123"])
def test_signs_that_no_font_has_are_left_out(sign, font):
    """Nobody sees boxes with numbers in them."""
    assert is_missing(font.css, sign)
    assert font.drawable(f"来{sign}了") == "来了"


def test_width_of_text(font):
    """A Chinese character is an em wide, a space is not nothing."""
    assert font.width("志愿者") == pytest.approx(3, abs=0.02)
    assert 0.1 < font.width(" ") < 0.6
    assert font.width("WWW") > font.width("iii")
