"""Visitors' forms: a message, what can be done to it from its receipt, a report.

They stand on baked pages or on pages whose address is a secret, so they carry no token; see
origin.py.
"""

from __future__ import annotations

import regex
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    AnyOf,
    DataRequired,
    Length,
    Optional,
    Regexp,
    ValidationError,
)

from comments_service.reports import REPORT_REASONS
from comments_service.web.forms import (
    EMAIL,
    MOST_NAME,
    no_control_characters,
    one_line,
    one_line_breaks,
)
from comments_service.web.numbers import DIGITS

MOST_WORDS = 500
"""Characters of an appeal or a report."""
POINTS_EACH = 20
"""Code points that a character may take on average: the longest emoji have about ten, so what
needs more is a heap of marks.
"""
NAME_COLUMN = 200
"""Code points of a name that the database keeps."""
CHARACTER = regex.compile(r"\X")
READABLE = regex.compile(
    r"[\p{L}\p{Han}\p{Regional_Indicator}--\p{Default_Ignorable_Code_Point}]"
    r"|[\p{Extended_Pictographic}--\p{P}]|\N{COMBINING ENCLOSING KEYCAP}",
    regex.V1,
)
"""A letter, a Han character or an emoji; digits and punctuation alone say nothing."""


def count_characters(text: str) -> int:
    """Count characters as people do: an emoji of a whole family is one, as a Han character is
    (https://www.unicode.org/reports/tr29/).
    """
    return sum(1 for _ in CHARACTER.finditer(text))


class AtMost:
    """Refuses more than *most* characters, and heaps of marks upon fewer."""

    def __init__(self, most: int, message: str, *, points: int = 0) -> None:
        self.most = most
        self.points = points or most * POINTS_EACH
        self.message = message

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Count, and say what to do; no further than it takes to know."""
        text = field.data or ""
        if len(text) > self.most and count_characters(text[: self.points]) > self.most:
            raise ValidationError(self.message % {"max": self.most})
        if len(text) > self.points:
            raise ValidationError("一个字上叠加的符号太多，请删去一些再提交。")


class SomethingToRead:
    """Refuses a text without any letter, Han character or emoji."""

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Look for one character that says something."""
        if not READABLE.search(field.data or ""):
            raise ValidationError(
                "请写下想说的话，至少要有一个字或表情；只有数字和标点，别人看不明白。"
            )


class VisitorForm(FlaskForm):
    """A form without a token: the origin, or the receipt's address, is looked at instead."""

    class Meta:
        """No token."""

        csrf = False


def _text_field(label: str, empty: str) -> TextAreaField:
    return TextAreaField(
        label,
        filters=[one_line_breaks],
        validators=[DataRequired(empty), no_control_characters, SomethingToRead()],
    )


def _words_field(label: str, *needed: object) -> TextAreaField:
    few = AtMost(MOST_WORDS, "最多%(max)d个字，请写短一些。")
    return TextAreaField(
        label, filters=[one_line_breaks], validators=[*needed, few, no_control_characters]
    )


NOT_OURS = "表单不完整，请打开报道或留言板的页面重新填写。"


class MessageForm(VisitorForm):
    """A visitor's message."""

    thread = HiddenField("报道", validators=[Length(max=80, message=NOT_OURS)])
    reply_to = HiddenField(
        "回复", validators=[Optional(), Regexp(DIGITS, message="要回复的留言编号不对。")]
    )
    nonce = HiddenField(
        "编号", validators=[Length(max=64, message=NOT_OURS), no_control_characters]
    )
    opened = HiddenField()
    altcha = HiddenField()
    name = StringField(
        "称呼（可不填）",
        filters=[one_line],
        validators=[
            AtMost(MOST_NAME, "称呼最多%(max)d个字，请写短一些。", points=NAME_COLUMN),
            no_control_characters,
        ],
    )
    text = _text_field("留言", "请写下留言。")
    email = EmailField(
        "电子邮箱（可不填）",
        filters=[one_line_breaks],
        validators=[
            Optional(),
            Length(max=254, message="电子邮箱最多%(max)d个字符，请检查。"),
            Regexp(
                EMAIL,
                message="电子邮箱的写法不对，应像 name@example.com；也可以不填。",
            ),
            no_control_characters,
        ],
    )
    homepage = StringField("请留空")

    def suit(self, *, most: int, with_email: bool) -> None:
        """Refuse a text longer than *most* characters; ask for an address only if mail is sent."""
        limit = AtMost(most, "留言最多%(max)d个字，请删减一些再提交。")
        self.text.validators = (*self.text.validators, limit)
        if not with_email:
            del self.email


class ReviseForm(VisitorForm):
    """New words for a message that still waits."""

    text = _text_field("留言", "改后的留言不能是空的；不想留了，可以撤回。")

    def suit(self, *, most: int) -> None:
        """Refuse a text longer than *most* characters."""
        limit = AtMost(most, "留言最多%(max)d个字，请删减一些再保存。")
        self.text.validators = (*self.text.validators, limit)


class AppealForm(VisitorForm):
    """Why a refused message should be read again."""

    text = _words_field("为什么应该公开", DataRequired("请写下申诉的理由，几个字也可以。"))


class ProblemForm(VisitorForm):
    """What is wrong with one's own message."""

    text = _words_field("遇到了什么问题", DataRequired("请写下遇到的问题。"))


class ReportForm(VisitorForm):
    """Why a published message should be looked at."""

    reason = RadioField(
        "举报理由",
        choices=[SelectChoice(*reason) for reason in REPORT_REASONS.items()],
        validate_choice=False,
        validators=[AnyOf(REPORT_REASONS, message="请选择举报的理由。")],
    )
    text = _words_field("补充说明（可不填）")
    homepage = StringField("请留空")
