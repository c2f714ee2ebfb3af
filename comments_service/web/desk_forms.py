"""The desk's forms: a decision about one message, about several, and a note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, IntegerField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from comments_service.models import Action
from comments_service.moderation import MOST_AT_ONCE, REASONS, Ruling, new_batch
from comments_service.web.forms import no_control_characters, one_line_breaks
from comments_service.web.numbers import read_number

REASON_CHOICES = [SelectChoice("", "请选择"), *(SelectChoice(*item) for item in REASONS.items())]
REPLY = "reply"
"""What the button sends that answers a message, approving it first if it waits."""
SHORT = Length(max=500, message="最多500个字，请写短一些。")
LONG = Length(max=10_000, message="最多10000个字，请写短一些。")


class DecisionForm(FlaskForm):
    """What a moderator does to one message."""

    action = HiddenField(validators=[InputRequired()])
    version = IntegerField(validators=[InputRequired()])
    reason = SelectField("不采用的理由", choices=REASON_CHOICES, validators=[Optional()])
    sentence = TextAreaField(
        "给留言人的一句话（可不填）",
        filters=[one_line_breaks],
        validators=[SHORT, no_control_characters],
    )
    note = TextAreaField(
        "记录备注（可不填）", filters=[one_line_breaks], validators=[SHORT, no_control_characters]
    )
    text = TextAreaField(
        "修改后的留言", filters=[one_line_breaks], validators=[LONG, no_control_characters]
    )
    reply = TextAreaField(
        "回复", filters=[one_line_breaks], validators=[LONG, no_control_characters]
    )

    def ruling(self, action: Action, batch: str) -> Ruling:
        """Say what is to be done; only the words that belong to *action*."""
        return Ruling(
            action=action,
            seen_version=self.version.data,
            reason=self.reason.data or None,
            sentence=self.sentence.data or "",
            note=self.note.data or "",
            text=self.text.data or None,
            batch=batch,
        )


class NoteForm(FlaskForm):
    """What one moderator tells the others."""

    words = TextAreaField(
        "批注",
        filters=[one_line_breaks],
        validators=[InputRequired("请写下批注。"), SHORT, no_control_characters],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """What is to be done to several messages, or to one by its button in the list."""

    ruling: Ruling
    chosen: list[tuple[int, int | None]]
    """Number and version of each."""
    is_everything: bool = False
    """Whether all that the filter finds is meant instead."""
    up_to: int = 0
    """The newest number when the page was made: what came since was not seen."""


def read_several(fields: MultiDict[str, str]) -> Several | None:
    """Read the queue's form: a button of one message (``one`` is ``approve:12:3``), or a button of
    the bar for all that are ticked (``chosen`` is ``12:3``); None for what is neither.
    """
    one = fields.get("one", "").split(":")
    if len(one) == 3:
        chosen, suffix = _chosen([f"{one[1]}:{one[2]}"]), f"-{one[1]}"
        ruling = _ruling(one[0], fields, suffix)
    else:
        chosen = _chosen(fields.getlist("chosen")[: MOST_AT_ONCE + 1])
        ruling = _ruling(fields.get("action", ""), fields, "")
    up_to = read_number(fields.get("newest"))
    is_everything = len(one) != 3 and fields.get("everything") == "1" and up_to is not None
    if ruling is None or not (chosen or is_everything) or len(chosen) > MOST_AT_ONCE:
        return None
    return Several(ruling=ruling, chosen=chosen, is_everything=is_everything, up_to=up_to or 0)


def _ruling(action: str, fields: Mapping[str, str], suffix: str) -> Ruling | None:
    if action not in list(Action) or action == Action.EDIT:
        return None
    sentence = one_line_breaks(fields.get(f"sentence{suffix}"))[:500]
    return Ruling(
        action=Action(action),
        reason=fields.get(f"reason{suffix}") or None,
        sentence=sentence.replace("\0", "").encode("utf-8", "ignore").decode(),
        batch=new_batch(),
    )


def _chosen(texts: list[str]) -> list[tuple[int, int | None]]:
    """Read numbers with their versions, each number once; what is none is left out."""
    found: dict[int, int | None] = {}
    for text in texts:
        number, _, version = text.partition(":")
        read = read_number(number), read_number(version)
        if read[0] is not None and read[1] is not None:
            found.setdefault(read[0], read[1])
    return list(found.items())
