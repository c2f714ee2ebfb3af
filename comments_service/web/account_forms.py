"""The forms about people: the second factor, passwords, invitations, one's own account."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import EqualTo, InputRequired, Length, Optional, Regexp

from comments_service.accounts.passwords import MOST_PASSWORD
from comments_service.accounts.people import MOST_NAME
from comments_service.models import Role
from comments_service.web.forms import EMAIL, no_control_characters, one_line
from comments_service.web.language import say

ROLES = {Role.MODERATOR: "审核员", Role.CHIEF: "总编", Role.ADMINISTRATOR: "管理员"}
NUMERIC = {"inputmode": "numeric"}
TOO_LONG = "太长了，请检查。"
LONG_PASSWORD = Length(max=MOST_PASSWORD, message=TOO_LONG)


def _role_choices() -> list[SelectChoice]:
    return [SelectChoice(role.value, say(words)) for role, words in ROLES.items()]


def _role_field() -> SelectField:
    return SelectField("角色", choices=_role_choices, invalid_choice_message="请选择一个角色。")


def _present_field() -> PasswordField:
    words = "请填写现在的密码。"
    return PasswordField("现在的密码", validators=[InputRequired(words), LONG_PASSWORD])


def _new_password_field() -> PasswordField:
    return PasswordField("新密码", validators=[InputRequired("请填写新密码。"), LONG_PASSWORD])


def _again_field() -> PasswordField:
    same = EqualTo("password", message="两次输入的密码不一样，请重新输入。")
    return PasswordField("再输一次新密码", validators=[same])


class SecondFactorForm(FlaskForm):
    """A code from the phone, or a recovery code."""

    code = StringField(
        "验证码",
        filters=[one_line],
        validators=[Length(max=40, message=TOO_LONG), no_control_characters],
        render_kw=NUMERIC,
    )
    recovery = StringField(
        "恢复码",
        filters=[one_line],
        validators=[Length(max=40, message=TOO_LONG), no_control_characters],
    )

    @property
    def given(self) -> str:
        """The one that was filled in."""
        return self.code.data or self.recovery.data or ""

    def validate(self, extra_validators: Any = None) -> bool:
        """Make sure that one of them was filled in."""
        is_good: bool = super().validate(extra_validators)
        if is_good and not self.given:
            self.code.errors = ("请填写手机上的验证码，或者一个恢复码。",)
            return False
        return is_good


class SetUpForm(FlaskForm):
    """The first code of a phone, and the password."""

    present = _present_field()
    code = StringField(
        "手机上显示的验证码",
        filters=[one_line],
        validators=[
            InputRequired("请填写手机上显示的6位验证码。"),
            Length(max=40, message=TOO_LONG),
            no_control_characters,
        ],
        render_kw=NUMERIC,
    )


class OwnPasswordForm(FlaskForm):
    """The present password, before something that matters."""

    action = HiddenField()
    present = _present_field()


class PasswordForm(FlaskForm):
    """A new password, and the one before."""

    present = _present_field()
    password = _new_password_field()
    again = _again_field()


class EmailForm(FlaskForm):
    """Where the digest goes."""

    email = EmailField(
        "电子邮箱（可不填）",
        filters=[one_line],
        validators=[
            Optional(),
            Length(max=254, message="电子邮箱最多254个字符，请检查。"),
            Regexp(EMAIL, message="电子邮箱的写法不对，应像 name@example.com；也可以不填。"),
            no_control_characters,
        ],
    )
    present = _present_field()


class InviteForm(FlaskForm):
    """What somebody is invited to be."""

    role = _role_field()


class PersonForm(FlaskForm):
    """What an administrator does to one account."""

    action = HiddenField()
    role = _role_field()


class InvitationForm(FlaskForm):
    """Name and password of a new account."""

    name = StringField(
        "账号",
        filters=[one_line],
        validators=[
            InputRequired("请填写账号。"),
            Length(max=MOST_NAME, message="账号最多80个字符，请写短一些。"),
            no_control_characters,
        ],
    )
    password = _new_password_field()
    again = _again_field()
