"""Finds names that pretend to be the editors'."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from comments_service.models import Strength
from comments_service.screening.folding import Folded, fold
from comments_service.screening.look_alikes import like_latin
from comments_service.screening.matching import WordLists
from comments_service.screening.submission import Finding, Submission, Verdict

RESERVED = (
    "编辑", "小编", "主编", "管理员", "官方", "客服", "站长", "版主", "审核员", "值班编辑",
    "工作人员", "系统消息", "系统通知", "本站", "编缉", "偏辑", "管埋员", "管里员", "宫方", "官万",
    "admin", "admins", "administrator", "editor", "editors", "moderator", "moderators", "official",
    "webmaster", "support", "staff", "bianji", "bianjibu", "xiaobian", "guanliyuan", "guanfang",
    "kefu", "zhanzhang",
)  # fmt: skip
"""Parts of names that only editors should bear; the misspelt ones are their disguises."""
PEOPLES_NAMES = re.compile("上官|(?:图书|圖書|仓库|倉庫|宿舍)管理[员員]")
"""People are called 上官方圆, and some look after books."""
LEAST_PART = 3
"""Characters of an editor's own name that count as a part of another one."""
LETTERS_OF_DIGITS = str.maketrans("0134578", "oieastb")
DIGIT_IN_WORD = re.compile(r"(?<=[a-z])[0134578](?=[a-z])")


def imitates_editors(submission: Submission) -> Finding | None:
    """Hold a name that looks like the editors', whatever it is written with."""
    name = _looks(PEOPLES_NAMES.sub("。", submission.author))
    lists, words = _reserved()
    if hits := lists.find(name):
        return _finding(f"称呼里的“{words[hits[0].word]}”容易被当成编辑。")
    for reserved in sorted(submission.reserved_names):
        if _is_like(name.bare, _looks(reserved).bare):
            return _finding(f"称呼和“{reserved}”看上去一样。")
    return None


def _finding(detail: str) -> Finding:
    return Finding("name", Verdict.HOLD, detail)


@cache
def _reserved() -> tuple[WordLists, dict[str, str]]:
    """Give what reserved names look like, ready to be found, and the names themselves."""
    words = {_looks(word).text: word for word in RESERVED}
    return WordLists.make((look, Strength.HOLD) for look in words), words


def _looks(name: str) -> Folded:
    """Give what a name reads as, with all that looks alike made the same: letters of other scripts
    (capitals before they become small ones), digits within words, and l and i.
    """
    folded = fold("".join(map(like_latin, name)))
    text = DIGIT_IN_WORD.sub(lambda digit: digit[0].translate(LETTERS_OF_DIGITS), folded.text)
    return replace(folded, text=text.replace("l", "i"))


def _is_like(name: str, reserved: str) -> bool:
    if not reserved:
        return False
    return name == reserved or (len(reserved) >= LEAST_PART and reserved in name)
