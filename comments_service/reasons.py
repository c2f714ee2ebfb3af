"""Why a comment is refused; the visitor reads these words on the receipt, everybody in the public
figures.
"""

from __future__ import annotations

REASONS: dict[str, str] = {
    "advertising": "广告或推广",
    "contact": "含有电话等联系方式",
    "insult": "含有辱骂或攻击他人的话",
    "offtopic": "与本专题无关",
    "repeated": "与已有留言重复",
    "unlawful": "内容不宜公开",
}
