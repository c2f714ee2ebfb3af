"""Chinese messages by the hundred thousand that look like people's: a few characters make up most
of them, and words come again and again.

The same seed always gives the same messages.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

SHORTEST, LONGEST = 5, 80
"""Characters of one message."""
DIFFERENT = 3500
"""Characters that are used at all, about those that a newspaper uses."""
OFTEN = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过"
    "发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本"
    "前开但因只从想实日者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最"
    "重并物手应向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任"
    "常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安"
    "少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司"
)
"""The most frequent characters, the first one first."""
WORDS = (
    "志愿者", "谢谢", "义工", "深圳", "服务", "我们", "大家", "社区", "感谢",
    "城市", "孩子", "老人", "红马甲", "路口", "帮助", "活动", "一起", "今天",
    "辛苦", "希望", "图书馆", "地铁", "奶奶", "照片", "温暖", "加油", "周末",
    "报名", "热心", "雨天", "微笑", "坚持", "致敬", "献血", "点赞", "环保",
    "手语", "急救", "清洁", "陪伴", "年轻人", "公园", "海边", "文明", "榜样",
    "传递", "学校", "医院",
)  # fmt: skip
"""What people write under stories of volunteers, the most frequent ones first."""
MARKS = "，。！，。，～？"
WORD_SHARE, MARK_SHARE = 0.3, 0.1
FLATTENING = 3
"""How many ranks are as frequent as the first one, nearly; the rest falls as one by rank."""
AT_A_TIME = 20_000
"""Pieces that are drawn together, which is quicker."""


def characters() -> str:
    """Give all characters that occur, the most frequent one first."""
    known = dict.fromkeys(OFTEN)
    codes = itertools.product(range(0xB0, 0xD8), range(0xA1, 0xFF))
    # The first level of GB 2312: what schools teach. Five of its places are empty.
    rest = [bytes(code).decode("gb2312", "ignore") for code in codes]
    random.Random(7).shuffle(rest)  # noqa: S311 -- not a secret
    known |= dict.fromkeys(filter(None, rest))
    return "".join(known)[:DIFFERENT]


def messages(seed: int) -> Iterator[str]:
    """Yield messages without end."""
    chance = random.Random(seed)  # noqa: S311 -- not a secret
    stream = _pieces(chance)
    left = ""
    while True:
        length = SHORTEST + int((LONGEST - SHORTEST + 1) * chance.random() ** 2)
        while len(left) < length:
            left += next(stream)
        yield left[:length]
        left = left[length:]


def _pieces(chance: random.Random) -> Iterator[str]:
    """Yield long stretches of text."""
    pieces, weights = _population()
    reached = list(itertools.accumulate(weights))
    while True:
        yield "".join(chance.choices(pieces, cum_weights=reached, k=AT_A_TIME))


def _population() -> tuple[list[str], list[float]]:
    """Give all pieces of text with how often each is taken."""
    pieces: list[str] = []
    weights: list[float] = []
    for kind, share in (
        (list(characters()), 1 - WORD_SHARE - MARK_SHARE),
        (list(WORDS), WORD_SHARE),
        (list(MARKS), MARK_SHARE),
    ):
        each = [1 / (rank + FLATTENING) for rank in range(len(kind))]
        pieces += kind
        weights += [share * weight / sum(each) for weight in each]
    return pieces, weights
