"""Finds telephone numbers and other ways to be reached, also in disguise.

Digits count in every form: 138, １３８, ①③⑧, 一三八, 壹叁捌, and with blanks or dots between them.
"""

from __future__ import annotations

import re

from comments_service.screening.folding import BREAK, Folded, fold
from comments_service.screening.submission import Finding, Submission, Verdict

Digits = dict[int, str]

HAN_DIGITS: Digits = dict(
    zip(
        map(ord, "零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两"),
        "0012345678911234567892",
        strict=True,
    )
)
IN_NUMBERS: Digits = HAN_DIGITS | {ord("参"): "3"}
"""參 writes 3 in numbers, and means to take part everywhere else."""
GAP = " "
MOST_SPANS = 50
NUMBER = re.compile(
    r"(?<!\d)(?:(?:00 ?)?86 ?)?1 ?[3-9](?: ?\d){9}(?!\d)"  # mobile
    r"|(?<!\d)0\d{2,3} ?\d{3,4} ?\d{4}(?!\d)"  # area and number
    r"|(?<!\d)[48]00 ?\d{3,4} ?\d{3,4}(?!\d)"  # service numbers
)
FILLER = r"(?: |号码|号|群|是|为|联系|加|请|我|搜|找|同号|账号|id){0,4}"
HANDLE = re.compile(
    rf"(?:(?<![a-z])qq|扣扣|企鹅|球球|抠抠){FILLER}\d(?: ?\d){{4,11}}"
    rf"|(?:微信|威信|薇信|维信|徽信|卫星|(?<![a-z])(?:v信|vx|wx|weixin|wechat|vchat)){FILLER}"
    r"(?=[a-z0-9 ]{6})[a-z0-9][a-z0-9 ]{5,22}"
    r"|(?<![增参更附])加 ?(?:我|下|个|一下|一个|你|您){0,2} ?"
    r"(?:微信|威信|薇信|维信|v信|(?:vx|wx|qq|v)(?![a-z])|薇|微(?=[a-z0-9 ]|$)|扣扣)"
    rf"|(?:电报|(?<![a-z])(?:telegram|tg|whatsapp|skype)(?![a-z])){FILLER}"
    r"[a-z0-9][a-z0-9 ]{4,31}"
)
MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}[@＠][\w-]{1,63}(?:[.．][\w-]{1,63}){1,4}")

PATTERNS: tuple[tuple[re.Pattern[str], Digits], ...] = (
    (NUMBER, IN_NUMBERS),
    (HANDLE, {}),
    (HANDLE, HAN_DIGITS),
)
"""What is looked for, and which Han characters count as digits there."""


def contact_details(submission: Submission) -> Finding | None:
    """Hold a name or text that tells a telephone number, a handle or a mail address."""
    spans = _found(submission.text)
    if spans:
        return _finding("像是有电话号码或其他联系方式。", spans[:MOST_SPANS])
    if _found(submission.author):
        return _finding("称呼里像是有电话号码或其他联系方式。", [])
    return None


def _finding(detail: str, spans: list[tuple[int, int]]) -> Finding:
    return Finding("contact", Verdict.HOLD, detail, tuple(spans))


def _found(text: str) -> list[tuple[int, int]]:
    folded = fold(text)
    words, places = _spaced(folded)
    spans = [
        folded.span(places[match.start()], places[match.end() - 1] + 1)
        for pattern, digits in PATTERNS
        for match in pattern.finditer(words.translate(digits))
    ]
    return sorted({*spans, *(match.span() for match in MAIL.finditer(text))})


def _spaced(folded: Folded) -> tuple[str, list[int]]:
    """Give the folded text with one blank for each gap, and whence its characters come."""
    line: list[str] = []
    places: list[int] = []
    for place, char in enumerate(folded.text):
        if folded.is_apart[place] and line and line[-1] != GAP:
            line.append(GAP)
            places.append(place - 1)
        if char != BREAK:
            line.append(char)
            places.append(place)
    return "".join(line), places
