"""The screening rules, each for its own case."""

from __future__ import annotations

import hashlib
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service.models import CALM, Strength
from comments_service.screening import (
    RULES,
    Finding,
    History,
    Verdict,
    WordLists,
    screen,
    text_digest,
)
from tests.living_site import make_submission

LISTS = WordLists.make(
    [
        ("赌博", Strength.REFUSE),
        ("代开", Strength.HOLD),
        ("vx", Strength.HOLD),
        ("领导", Strength.MARK),
    ]
)
BY_SOUND = WordLists.make([("赌博", Strength.REFUSE)], by_sound=True)
LONG = "今天在路口看到红马甲，很温暖。"
HOLD, MARK, SPAM = Verdict.HOLD, Verdict.MARK, Verdict.SPAM


def raising(submission):
    """Raise, as a rule with a mistake does."""
    raise ValueError("the text is in the message")


def silent(submission):
    """Find nothing."""


def found(**changes):
    """Give which rules speak up, and what for."""
    return [(item.rule, item.verdict) for item in screen(make_submission(**changes)).findings]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="ordinary message"),
        pytest.param({"author": "", "text": "好"}, [], id="one character without a name"),
        pytest.param({"trap": "x"}, [("honeypot", SPAM)], id="robot fills the trap"),
        pytest.param({"trap": " "}, [("honeypot", SPAM)], id="robot fills in a space"),
        pytest.param({"seconds": 0.4}, [("form-age", HOLD)], id="sent at once"),
        pytest.param({"seconds": 2.99}, [("form-age", HOLD)], id="sent nearly at once"),
        pytest.param({"seconds": 3.0}, [], id="sent after a while"),
        pytest.param({"seconds": None}, [], id="nobody knows how long it took"),
        pytest.param({"text": "见 https://e.org"}, [], id="one link"),
        pytest.param({"text": "见 http://www.e.org"}, [], id="one link, with www"),
        pytest.param({"text": "https://e.org http://e.org"}, [("links", HOLD)], id="two links"),
        pytest.param({"text": "WWW.e.org HTTP://f.org"}, [("links", HOLD)], id="capital links"),
        pytest.param({"text": "ｗｗｗ。e.org ｈttp：／／f"}, [("links", HOLD)], id="wide links"),
        pytest.param(
            {"text": "[a](https://e.org)[b](https://e.org)"},
            [("links", HOLD)],
            id="links in Markdown",
        ),
        pytest.param({"text": "e.org f.org g.org"}, [], id="names of sites are no links"),
        pytest.param({"needs_proof": True}, [("proof", HOLD)], id="no proof"),
        pytest.param({"needs_proof": True, "has_proof": True}, [], id="proof that was asked for"),
        pytest.param({"has_proof": True}, [], id="proof that nobody asked for"),
        pytest.param({"history": History(refused=3)}, [("refused-before", HOLD)], id="refused"),
        pytest.param({"history": History(refused=2)}, [], id="refused twice"),
        pytest.param({"history": History(from_network=5)}, [("many", MARK)], id="many at once"),
        pytest.param({"history": History(from_network=4)}, [], id="some at once"),
        pytest.param(
            {"check": Finding("check", HOLD, "外部检查：请细看。")},
            [("check", HOLD)],
            id="the external check speaks up",
        ),
        pytest.param(
            {"trap": "x", "text": "\u200bhttps://e.org https://e.org 赌博", "words": LISTS},
            [("honeypot", SPAM), ("words", SPAM), ("links", HOLD), ("invisible", HOLD)],
            id="all at once, in their order",
        ),
    ],
)
def test_rules(changes, expected):
    """Each rule speaks up for its own case and stays silent otherwise."""
    assert found(**changes) == expected


@pytest.mark.parametrize(
    ("changes", "is_found"),
    [
        pytest.param({"text": "a\u200bb"}, True, id="zero-width space"),
        pytest.param({"text": "\u202egro"}, True, id="direction override"),
        pytest.param({"author": "\u2066小明"}, True, id="mark in a name"),
        pytest.param({"text": "\ufeff好"}, True, id="byte order mark"),
        pytest.param({"text": "a\u00adb"}, True, id="soft hyphen"),
        pytest.param({"text": "赌\u200d博"}, True, id="joiner between Han"),
        pytest.param({"text": "好\u3164的"}, True, id="letter that shows nothing"),
        pytest.param({"text": "好\U000e0041\U000e0042"}, True, id="hidden letters"),
        pytest.param({"text": "👩\u200d👧 🇨🇳 ❤\ufe0f"}, False, id="emoji of several parts"),
        pytest.param({"text": "🏳️\u200d🌈 👩🏽\u200d⚕️"}, False, id="emoji with skin and sign"),
        pytest.param(
            {"text": "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"},
            False,
            id="flag of a region",
        ),
        pytest.param({"text": "一\n\t二　三"}, False, id="white space can be seen"),
    ],
)
def test_invisible_characters(changes, is_found):
    """What cannot be seen is told, but not what holds an emoji together."""
    assert found(**changes) == ([("invisible", HOLD)] if is_found else [])


@pytest.mark.parametrize(
    ("changes", "is_found"),
    [
        pytest.param({"text": "好" + "\u0300" * 4}, True, id="four marks"),
        pytest.param({"text": "h\u0335\u0321\u0322\u0327\u0328i"}, True, id="zalgo"),
        pytest.param({"author": "n" + "\u20dd" * 5}, True, id="in a name"),
        pytest.param({"text": "Tie\u0302\u0301ng Vie\u0323\u0302t"}, False, id="Vietnamese"),
        pytest.param({"text": "ที่นี่ ก็ดี"}, False, id="Thai"),
        pytest.param({"text": "1\ufe0f\u20e3 2\ufe0f\u20e3"}, False, id="keys"),
    ],
)
def test_stacked_marks(changes, is_found):
    """Marks piled on a character are told; languages that use marks are not."""
    assert found(**changes) == ([("stacked", HOLD)] if is_found else [])


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        pytest.param("顶" * 21, True, id="one character"),
        pytest.param("好" + "！" * 30, True, id="one mark"),
        pytest.param("行\n" * 30, True, id="a column"),
        pytest.param("哈" * 20, False, id="laughing long"),
        pytest.param("一句\n" * 29 + "完", False, id="a long poem"),
        pytest.param("好" + " " * 30 + "的", False, id="blanks"),
    ],
)
def test_shapes(text, is_found):
    """Texts that take much room and say little are marked."""
    assert found(text=text) == ([("shape", MARK)] if is_found else [])


@pytest.mark.parametrize(
    ("text", "history", "expected"),
    [
        pytest.param(LONG, {"same_text": 2}, [("repeat", HOLD)], id="same text"),
        pytest.param("谢谢", {"same_text": 9}, [], id="a short text is the same by chance"),
        pytest.param("谢谢", {"texts": ("謝謝！",)}, [("repeat", MARK)], id="short, same network"),
        pytest.param("谢谢", {"texts": ("谢谢您",)}, [], id="short, other words"),
        pytest.param("👍", {"texts": ("👍",)}, [], id="symbols"),
        pytest.param(LONG, {"texts": (LONG,)}, [("repeat", HOLD)], id="same network"),
        pytest.param(
            LONG + "真的。",
            {"texts": ("别的话，完全不同。", LONG)},
            [("repeat", HOLD)],
            id="nearly",
        ),
        pytest.param(LONG, {"texts": ("今天在海边捡了一下午垃圾。",)}, [], id="other words"),
        pytest.param(LONG, {}, [], id="first time"),
    ],
)
def test_repeats(text, history, expected):
    """What was said lately in the same or nearly the same words is told."""
    assert found(text=text, history=History(**history)) == expected


@pytest.mark.parametrize(
    "name",
    [
        "编辑", "编辑部", "编 辑 部", "編輯部", "编·辑", "编\u200b辑", "编缉部", "小编阿明",
        "深圳官方", "官方客服", "網站管理員", "管理员1号", "站长", "ａｄｍｉｎ", "Admin",
        "аdmin", "АDМIN", "adm1n", "ADMlN", "m0derat0r", "M o d e r a t o r", "Editor 王",
        "0fficial 0ff1c1al", "🅐dmin", "site-admin", "xiao bian", "值班", "值 班。", "华姐工作室",
        "华姐工作室2",
    ],
)  # fmt: skip
def test_names_that_imitate_editors(name):
    """A name that reads like the editors' asks for a person, whatever it is written with."""
    reserved = frozenset({"值班", "华姐工作室"})
    rules = {rule for rule, _ in found(author=name, reserved_names=reserved)}
    assert "name" in rules


@pytest.mark.parametrize(
    "name",
    [
        "", "路人", "网友", "上官方圆", "上官方", "图书管理员小李", "小边", "编织", "辑录",
        "Adminton", "Modesty", "Editorial", "staffa", "值班室外", "阿华", "Роман", "Δημήτρης",
        "客人服务", "站在长街", "小明123", "林",
    ],
)  # fmt: skip
def test_other_names(name):
    """Names of people are left alone."""
    assert found(author=name, reserved_names=frozenset({"值班", "华姐工作室", ""})) == []


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("电话13800138000", "13800138000"),
        ("138 0013 8000", "138 0013 8000"),
        ("138-0013-8000找我", "138-0013-8000"),
        ("１３８００１３８０００", "１３８００１３８０００"),
        ("①③⑧⓪⓪①③⑧⓪⓪⓪", "①③⑧⓪⓪①③⑧⓪⓪⓪"),
        ("找我一三八零零一三八零零零", "一三八零零一三八零零零"),
        ("幺三八〇〇幺三八〇〇〇", "幺三八〇〇幺三八〇〇〇"),
        ("壹叁捌零零壹叁捌零零零", "壹叁捌零零壹叁捌零零零"),
        ("壹參捌零零壹參捌零零零", "壹參捌零零壹參捌零零零"),
        ("1三8。0。0。1三8。0。0。0", "1三8。0。0。1三8。0。0。0"),
        ("1\u200b38001\u200b38000", "1\u200b38001\u200b38000"),
        ("1\n3\n8\n0\n0\n1\n3\n8\n0\n0\n0", "1\n3\n8\n0\n0\n1\n3\n8\n0\n0\n0"),
        ("+86 138 0013 8000", "86 138 0013 8000"),
        ("0755-8888 6666", "0755-8888 6666"),
        ("(010)12345678", "010)12345678"),
        ("400-800-8820", "400-800-8820"),
        ("qq123456", "qq123456"),
        ("QQ号：123 456 789", "QQ号：123 456 789"),
        ("扣扣一二三四五六", "扣扣一二三四五六"),
        ("微信号abc_12345", "微信号abc_12345"),
        ("V信: hello2015", "V信: hello2015"),
        ("薇信helloworld", "薇信helloworld"),
        ("wechat: zhang_san", "wechat: zhang_san"),
        ("加我微信", "加我微信"),
        ("加 V 详聊", "加 V"),
        ("加下vx", "加下vx"),
        ("有意加微：abc", "加微"),
        ("有事加微", "加微"),
        ("TG @some_group", "TG @some_group"),
        ("写信到 a.b@example.com 吧", "a.b@example.com"),
    ],
)
def test_contact_details(text, typed):
    """Telephone numbers and handles are found in every disguise, and where they stand."""
    findings = screen(make_submission(text=text)).findings
    finding = next(finding for finding in findings if finding.rule == "contact")
    assert finding.verdict is HOLD
    assert typed in [text[start:end] for start, end in finding.spans]


@pytest.mark.parametrize(
    "text",
    [
        "全市有120万志愿者，9,464个组织", "2015-12-05 08:30:00", "1998、2005、2011、2015年",
        "热线12345", "打110", "一九九八年七月一日", "一二三四五六七", "编号2015120513",
        "服务了1000000小时", "微信群里看到的", "增加微信支付", "参加微信群活动",
        "微信2015年上线", "他很有威信", "卫星2号", "加油", "V字手势", "加微笑表情", "QQ空间里转的",
        "身高1米38", "@小明 说得好", "第138001380001234号", "13.5%", "1.2.3.4.5", "line by line",
        "tg",
    ],
)  # fmt: skip
def test_other_numbers(text):
    """Years, amounts and hotlines are no way to reach somebody."""
    assert found(text=text) == []


def test_contact_details_in_a_name():
    """A name can tell a number as well; there is nothing to highlight in the text."""
    (finding,) = screen(make_submission(author="阿明13800138000")).findings
    assert (finding.rule, finding.spans) == ("contact", ())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"text": "去赌.博吧"}, [(SPAM, ("赌博",), ["赌.博"])], id="refuse"),
        pytest.param({"text": "代 开"}, [(HOLD, ("代开",), ["代 开"])], id="hold"),
        pytest.param({"text": "領導好"}, [(MARK, ("领导",), ["領導"])], id="mark"),
        pytest.param({"author": "赌博哥"}, [(SPAM, ("赌博",), [])], id="in the name"),
        pytest.param(
            {"text": "代开，代开，vx", "author": "赌博"},
            [(SPAM, ("赌博",), []), (HOLD, ("代开", "vx"), ["代开", "代开", "vx"])],
            id="several",
        ),
        pytest.param({"text": "博物馆"}, [], id="innocent"),
    ],
)
def test_listed_words(changes, expected):
    """Each strength is a finding of its own, with its words and where they stand in the text."""
    submission = make_submission(words=LISTS, **changes)
    findings = screen(submission).findings
    assert [
        (item.verdict, item.words, [submission.text[start:end] for start, end in item.spans])
        for item in findings
    ] == expected


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        pytest.param({"trap": "x"}, "填写了读者看不见的栏位。", id="trap"),
        pytest.param({"text": "https://e.org " * 3}, "含有3个链接（1个以内不提示）。", id="links"),
        pytest.param(
            {"author": "\u200b", "text": "\u200b好"}, "含有2个看不见的字符。", id="invisible"
        ),
        pytest.param(
            {"text": "\u202e好"}, "含有1个看不见的字符，其中1个会改变文字方向。", id="direction"
        ),
        pytest.param(
            {"text": "赌博", "author": "赌博", "words": LISTS},
            "词表：赌博；称呼里有词表的词：赌博。",
            id="words",
        ),
        pytest.param({"text": "读博", "words": BY_SOUND}, "词表：赌博（读音相近）。", id="sound"),
        pytest.param(
            {
                "text": "甲乙丙丁戊己",
                "words": WordLists.make((word, Strength.MARK) for word in "甲乙丙丁戊己"),
            },
            "词表：甲、乙、丙、丁、戊等6个词。",
            id="many words",
        ),
        pytest.param({"author": "ADM1N"}, "称呼里的“admin”容易被当成编辑。", id="name"),
        pytest.param(
            {"author": "值.班", "reserved_names": frozenset({"值班"})},
            "称呼和“值班”看上去一样。",
            id="own name",
        ),
    ],
)
def test_details(changes, detail):
    """A finding tells the moderator in Chinese what was found, and how much of it."""
    (finding,) = screen(make_submission(**changes)).findings
    assert finding.detail == detail


def test_rule_that_raises_holds_the_message(caplog):
    """A rule that raises counts as a finding that holds, and the other rules are still asked."""
    submission = make_submission(trap="x")
    screening = screen(submission, rules=(raising, *RULES))
    assert screening.findings == (
        Finding("rule-failed", Verdict.HOLD, "规则 raising 出错，请人工细看。"),
        *screen(submission).findings,
    )
    (record,) = caplog.records
    assert (record.levelno, record.message, record.rule) == (
        logging.ERROR,
        "screening rule failed",
        "raising",
    )


def test_every_rule_that_raises_is_told():
    """Several broken rules are several findings."""
    screening = screen(make_submission(), rules=(raising, silent, raising))
    assert [finding.verdict for finding in screening.findings] == [HOLD] * 2


@pytest.mark.parametrize("rules", [(), (silent,)])
def test_nothing_found(rules):
    """Without findings a message asks for nobody."""
    screening = screen(make_submission(), rules=rules)
    assert screening.findings == ()
    assert (screening.attention, screening.is_spam, screening.words) == (CALM, False, frozenset())


def test_screening_sums_up():
    """The gravest finding counts, and all listed words are gathered."""
    screening = screen(make_submission(text="赌博，代开", words=LISTS))
    assert (screening.attention, screening.is_spam) == (0, True)
    assert screening.words == {"赌博", "代开"}


def test_digest_is_of_the_folded_text():
    """The same words are found again by the digest, whatever they are written with."""
    screening = screen(make_submission(text="謝謝 你们！"))
    assert screening.text_digest == text_digest("谢谢你们")
    assert screening.text_digest == hashlib.sha256("谢谢你们".encode()).hexdigest()[:32]
    assert screen(make_submission(text="")).text_digest == ""


@given(
    st.text(st.characters(), max_size=80),
    st.text(st.characters(), max_size=40),
    st.builds(
        History,
        from_network=st.integers(0, 9),
        refused=st.integers(0, 9),
        same_text=st.integers(0, 2),
        texts=st.lists(st.text(max_size=20), max_size=3).map(tuple),
    ),
)
def test_only_trap_and_lists_act_by_themselves(text, author, history):
    """Whatever is written, no rule raises or puts anything aside, and spans lie within the text."""
    submission = make_submission(text=text, author=author, history=history, needs_proof=True)
    for finding in screen(submission).findings:
        assert finding.rule != "rule-failed"
        assert finding.verdict is not SPAM
        assert all(0 <= start < end <= len(text) for start, end in finding.spans)
