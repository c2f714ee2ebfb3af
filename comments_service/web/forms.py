"""The forms, with messages that tell what to do."""

from __future__ import annotations

import re
import unicodedata

from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

MOST_NAME = 40
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


class LoginForm(FlaskForm):
    """Name and password of a moderator."""

    name = StringField(
        "账号", validators=[InputRequired("请填写账号。"), Length(max=80), no_control_characters]
    )
    password = PasswordField("密码", validators=[InputRequired("请填写密码。"), Length(max=1000)])


class BareForm(FlaskForm):
    """Only the token that shows the form is ours."""
