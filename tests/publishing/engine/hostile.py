"""Makes texts of which every second one is an attack on whoever converts Markdown, by seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

SIGNS = (
    *("*", "**", "***", "_", "__", "`", "``", "\\", "[", "]", "(", ")", "](", "![", "<", ">", "&"),
    *("#", "##", "-", "+", "=", "|", ":", "~", "!", "{", "}", '"', "'", "--", "---", "...", "$"),
    *("\t", "\r\n", "\r", "\0", "\x02", "\x03", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\ufeff"),
    *("\u3000", "\u00a0", "\u2003", "\u200b", "\u200d", "\ufffc", "\ue000", "\uf000", "😀", "𠀀"),
    *("  \n", "   \n", "\n", "\n\n", "\n \n", "\n\n\n", "    ", "  ", " ", "１", "٣", "é", "_a_b_"),
    *("\x02klzzwxh:0000\x03", "\x02wzxhzdk:0\x03", "\x02amp\x03", "klzzwxh:0000"),
    *(
        "<b>",
        "</b>",
        "<div>",
        "</div>",
        "<!-- x -->",
        "<!--",
        "-->",
        "<![",
        "<![CDATA[x]]>",
        "<?x?>",
    ),
    *(
        "<http://a.cn>",
        "<a@b.cn>",
        "< b",
        "<3",
        "<=",
        "a<b",
        "</>",
        "<br>",
        "<hr>",
        "<p>",
        "<x y='",
    ),
    *("&amp;", "&lt", "&#38;", "&#x26;", "&#38", "&#", "&nbsp;", "&copy;", "AT&T", "&;", "&a b;"),
    *("[a](b)", "![a](b)", '[a](b "c")', "[a](<b c>)", "[a][b]", "[a]", "[]", "[](b)", "[a]()"),
    *("[b]: /x", "\n[b]: /x 'y'\n", "[^1]", "\n[^1]: z\n", "\n*[ab]: cd\n", "{: #x .y}", "{#x}"),
    *(
        "[[gallery: x]]",
        "[[图集：x]]",
        "【【图集：x】】",
        "{字|zì}",
        "{深圳|_}",
        "——",
        "……",
        "“",
        "”",
        "，",
        "。",
        "”——",
    ),
    *("\n# ", "\n## ", "\n- ", "\n* ", "\n1. ", "\n2. ", "\n> ", "\n>> ", "\n---\n", "\n===\n"),
    *("\n    ", "\n    - ", "\n\n    ", "\n```\n", "\n~~~\n", "\n```python\n", "\n|", "|\n|-|-|\n"),
    *("\n***\n", "\n- - -\n", "\n: x", "///Footnotes Go Here///", "*[", "\n>", "#", "\\*", "\\\\"),
)
WORDS = (
    *(
        "深圳",
        "志愿者",
        "红马甲",
        "义工在路口",
        "城市",
        "温度",
        "一千零一夜",
        "U站",
        "120万",
        "2015年",
    ),
    *("a", "bc", "Word", "two words", "http://a.cn/b?c=d&e=f", "5*3", "a_b", "x_", "_y", "100%"),
)
LINES: tuple[Callable[[random.Random], str], ...] = (
    lambda chance: sentence(chance),
    lambda chance: f"{'#' * chance.randint(1, 7)} {sentence(chance)}",
    lambda chance: f"#{sentence(chance)} ##",
    lambda chance: f"- {sentence(chance)}",
    lambda chance: f"* {sentence(chance)}",
    lambda chance: f"{chance.choice('1237')}. {sentence(chance)}",
    lambda chance: f"    - {sentence(chance)}",
    lambda chance: f"{' ' * chance.randint(1, 8)}{sentence(chance)}",
    lambda chance: f"> {sentence(chance)}",
    lambda chance: f">> {sentence(chance)}",
    lambda chance: f"> - {sentence(chance)}",
    lambda chance: f"> —— {sentence(chance)}",
    lambda chance: f"> {sentence(chance)}\n> —— {sentence(chance)}",
    lambda chance: f">> {sentence(chance)}\n>>\n>> -- {sentence(chance)}",
    lambda chance: "|".join(sentence(chance) for _ in range(chance.randint(2, 4))),
    lambda chance: f"| {sentence(chance)} | {sentence(chance)} |",
    lambda chance: chance.choice(("|-|-|", "| :-- | --: |", ":-:|---", "---|---|---", "|---|")),
    lambda chance: chance.choice(("---", "***", "* * *", "===", "___", "--", "-", "=", "- - -")),
    lambda chance: chance.choice(
        ("```", "~~~", "```python", "``` {.x}", "[[gallery: x]]", ">", "")
    ),
    lambda chance: f"{chance.choice(('Title', 'tags', 'x-y', 'é'))}: {sentence(chance)}",
    lambda chance: "![%s](%s)" % (word(chance), chance.choice(TARGETS)),  # noqa: UP031
    lambda chance: f": {sentence(chance)}",
)
TARGETS = ("/a.jpg", "/p.jpg", '/p.jpg "说明"', '/a.jpg "a b"', " /a.jpg")
ENDS = ("\n", "\n", "\n\n", "\n\n", "\n\n", "\n\n\n", "  \n", "\n \n", "\n\n\n\n", "\r\n", "\n\n ")


def word(chance: random.Random) -> str:
    """Give a word or a few signs."""
    return chance.choice(WORDS)


def marked(chance: random.Random) -> str:
    """Give words with a mark as editors write them."""
    form = chance.choice(
        ("**{}**", "*{}*", "_{}_", "__{}__", "`{}`", "[{}](/x/)", '[{}](/x/ "题")', "“{}”", '"{}"')
    )
    return form.format(word(chance) if chance.random() < 0.8 else sentence(chance))


def sentence(chance: random.Random) -> str:
    """Give some words, marks and signs."""
    nastiness = chance.choice((0, 0, 0.05, 0.3))
    pieces = []
    for _ in range(chance.randint(1, 5)):
        kind = chance.random()
        if kind < nastiness:
            pieces.append(chance.choice(SIGNS))
        else:
            pieces.append(marked(chance) if kind > 0.85 else word(chance))
        pieces.append(chance.choice(("", "", " ", "，", "。")))
    return "".join(pieces)


def noise(chance: random.Random) -> str:
    """Give signs and words in any order."""
    count = chance.randint(1, 12)
    return "".join(chance.choice((*SIGNS, *WORDS, *WORDS)) for _ in range(count))


def document(chance: random.Random) -> str:
    """Give a text of a few lines of any kind."""
    pieces = []
    if chance.random() < 0.3:
        pieces.append("title: 题\ndate: 2015-12-05\n\n")
    for _ in range(chance.randint(1, 7)):
        line = noise(chance) if chance.random() < 0.08 else chance.choice(LINES)(chance)
        pieces += [line, chance.choice(ENDS)]
    return "".join(pieces)


def spliced(chance: random.Random, texts: Sequence[str]) -> str:
    """Cut some of *texts* anywhere and join the pieces, sometimes with signs between."""
    pieces = []
    for _ in range(chance.randint(1, 3)):
        text = chance.choice(texts)
        start = chance.randrange(len(text))
        pieces.append(text[start : start + chance.randint(1, 400)])
        pieces.append(chance.choice(("", "", "\n\n", "\n", chance.choice(SIGNS))))
    return "".join(pieces)


def documents(seed: int, count: int, texts: Sequence[str]) -> Iterator[str]:
    """Give *count* texts, the same for the same *seed*; a quarter is cut from *texts*."""
    chance = random.Random(seed)
    for number in range(count):
        if number % 4 == 3:
            yield spliced(chance, texts)
        elif number % 16 == 0:
            yield noise(chance) + "x" * chance.randint(0, 3000)
        else:
            yield document(chance)


def ordinary(seed: int, count: int) -> Iterator[str]:
    """Give *count* stories with what editors use: headings, links, emphasis, lists, quotations."""
    chance = random.Random(seed)
    for _ in range(count):
        blocks = ["title: 题\ndate: 2015-12-05\nsummary: 摘要。"]
        for _ in range(chance.randint(4, 12)):
            blocks.append(chance.choice(BLOCKS)(chance))
        yield "\n\n".join(blocks) + "\n"


PLAIN = WORDS[:14]


def prose(chance: random.Random) -> str:
    """Give a paragraph, one in three with a mark."""
    parts = [chance.choice(PLAIN) for _ in range(chance.randint(5, 40))]
    if chance.random() < 0.3:
        form = chance.choice(("**{}**", "*{}*", "[{}](/stories/a/)", "“{}”", "`{}`", "AT&T{}"))
        parts.insert(chance.randrange(len(parts)), form.format(chance.choice(PLAIN[:8])))
    return "，".join(parts) + "。"


BLOCKS: tuple[Callable[[random.Random], str], ...] = (
    *(prose,) * 10,
    lambda chance: f"## {chance.choice(PLAIN)}",
    lambda chance: f"### {chance.choice(PLAIN)}",
    lambda chance: f"{chance.choice(PLAIN)}\n---",
    lambda chance: "\n".join(f"- {prose(chance)}" for _ in range(3)),
    lambda chance: "\n".join(f"{number}. {chance.choice(PLAIN)}" for number in (1, 2, 3)),
    lambda chance: f"> {prose(chance)}",
    lambda chance: f"> {prose(chance)}\n> —— {chance.choice(PLAIN)}",
    lambda chance: f"![{chance.choice(PLAIN[:8])}](/p.jpg)",
    lambda chance: "| 时间 | 地点 |\n| --- | --: |\n| 清早 | **路口** |",
    lambda chance: "***",
)
