"""The forms, with messages that tell what to do."""

from __future__ import annotations

import re
import unicodedata

from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Optional,
    Regexp,
    ValidationError,
)

from comments_service.moderation import REASONS
from comments_service.web.numbers import DIGITS

MOST_NAME = 40
REASON_CHOICES = [SelectChoice("", "请选择"), *(SelectChoice(*item) for item in REASONS.items())]
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+\Z")


def one_line_breaks(text: str | None) -> str:
    """Bring a text area's line breaks to one kind and drop the white space around it."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def no_control_characters(form: FlaskForm, field: Field) -> None:
    """Refuse what no keyboard makes and no database keeps: NUL, other controls, lone surrogates."""
    words = field.label.text.removesuffix("（可不填）")
    for char in field.data or "":
        if unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t":
            raise ValidationError(f"{words}里有无法识别的字符，请删去后重新输入。")


def one_line(text: str | None) -> str:
    """Bring all white space of a name to single blanks; one that shows nothing is no name."""
    words = " ".join((text or "").split())
    return words if any(unicodedata.category(char) not in {"Cf", "Zs"} for char in words) else ""


class SomethingToRead:
    """Refuses a text without any letter, Han character, digit or emoji."""

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Look for one character that says something."""
        if not any(
            unicodedata.category(char)[0] in "LN" or unicodedata.category(char) == "So"
            for char in field.data
        ):
            raise ValidationError("请写下想说的话，至少要有一个字。")


class MessageForm(FlaskForm):
    """A visitor's message. It may come from a baked page, so it carries no token; see public.py."""

    class Meta:
        """No token: the origin is checked instead."""

        csrf = False

    thread = HiddenField("报道", validators=[Length(max=80)])
    reply_to = HiddenField(
        "回复", validators=[Optional(), Regexp(DIGITS, message="要回复的留言编号不对。")]
    )
    nonce = HiddenField("编号", validators=[Length(max=64), no_control_characters])
    name = StringField(
        "称呼（可不填）",
        filters=[one_line],
        validators=[
            Length(max=MOST_NAME, message="称呼最多%(max)d个字，请写短一些。"),
            no_control_characters,
        ],
    )
    text = TextAreaField(
        "留言",
        filters=[one_line_breaks],
        validators=[DataRequired("请写下留言。"), SomethingToRead(), no_control_characters],
    )
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

    def limit_text(self, most: int) -> None:
        """Refuse a text longer than *most* characters."""
        limit = Length(max=most, message="留言最多%(max)d个字，请删减一些再提交。")
        self.text.validators = (*self.text.validators, limit)


class LoginForm(FlaskForm):
    """Name and password of a moderator."""

    name = StringField(
        "账号", validators=[InputRequired("请填写账号。"), Length(max=80), no_control_characters]
    )
    password = PasswordField("密码", validators=[InputRequired("请填写密码。"), Length(max=1000)])


class DecisionForm(FlaskForm):
    """What a moderator does to one message."""

    action = HiddenField(validators=[InputRequired()])
    version = IntegerField(validators=[InputRequired()])
    reason = SelectField("不采用的理由", choices=REASON_CHOICES, validators=[Optional()])
    note = TextAreaField(
        "备注", filters=[one_line_breaks], validators=[Length(max=500), no_control_characters]
    )
    text = TextAreaField(
        "修改后的留言",
        filters=[one_line_breaks],
        validators=[Length(max=10_000), no_control_characters],
    )


class BareForm(FlaskForm):
    """Only the token that shows the form is ours."""
