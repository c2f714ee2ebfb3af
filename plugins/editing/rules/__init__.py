"""Everything that editors are told of: :data:`RULES`, each with its name.

A rule of prose is a pure function in a module beside this one and a line in PROSE; what whole files
are checked for stands in FILES, and its name in the check that finds it.
"""

from __future__ import annotations

from plugins.editing.rules.files import FILES
from plugins.editing.rules.full_width import full_width
from plugins.editing.rules.half_width import half_width
from plugins.editing.rules.headings import empty_heading, heading_order
from plugins.editing.rules.lengths import summary_too_long, title_too_long
from plugins.editing.rules.pairs import nested, straight_quotes, unpaired
from plugins.editing.rules.rule import Rule
from plugins.editing.rules.spaces import (
    indent,
    space_beside_latin,
    space_beside_punctuation,
    space_between_han,
)
from plugins.editing.rules.stops import dash, ellipsis, repeated
from plugins.editing.rules.unwritten import unwritten
from plugins.problems import Severity

PROSE: tuple[Rule, ...] = (
    Rule(name="half-width", about="中文里用全角标点", find=half_width, is_mended=True),
    Rule(name="straight-quotes", about="引号用“”", find=straight_quotes, is_mended=True),
    Rule(name="unpaired", about="引号、括号、书名号成对", find=unpaired, is_mended=True),
    Rule(name="nested-quotes", about="引号里的引号用‘’", find=nested),
    Rule(name="repeated", about="标点不重复", find=repeated, is_mended=True),
    Rule(name="ellipsis", about="省略号写“……”", find=ellipsis, is_mended=True),
    Rule(name="dash", about="破折号写“——”", find=dash, is_mended=True),
    Rule(
        name="space-punctuation",
        about="标点旁边不空格",
        find=space_beside_punctuation,
        is_mended=True,
    ),
    Rule(name="space-han", about="汉字之间不空格", find=space_between_han, is_mended=True),
    Rule(
        name="space-latin",
        about="汉字与字母、数字之间不空格",
        find=space_beside_latin,
        is_mended=True,
    ),
    Rule(name="indent", about="段首不空格", find=indent, is_mended=True),
    Rule(name="full-width", about="字母和数字用半角", find=full_width, is_mended=True),
    Rule(name="heading-order", about="小标题从##开始，不跳级", find=heading_order),
    Rule(name="heading-empty", about="小标题有字", find=empty_heading),
    Rule(name="title-length", about="标题在分享卡片上排得下", find=title_too_long),
    Rule(name="summary-length", about="摘要分享时不被截断", find=summary_too_long),
    Rule(name="unwritten", about="占位的一句换成正文", find=unwritten),
)
"""What the words of texts and heads are looked through for, in this order."""
FACTS: tuple[Rule, ...] = (
    Rule(name="house-word", about="按用词表写", is_mended=True),
    Rule(name="house-list", about="用词表读得懂", severity=Severity.WARNING),
    Rule(name="figure-source", about="数字有来源"),
    Rule(name="figure-date", about="数字有时间"),
    Rule(name="credit-missing", about="照片有署名"),
    Rule(name="date-ahead", about="日期没有到的写 publish_at"),
)
"""What a file is looked through for beside its own words: by the house list, and by its head."""
RULES: tuple[Rule, ...] = (*FILES, *PROSE, *FACTS)
