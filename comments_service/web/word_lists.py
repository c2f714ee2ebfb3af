"""The desk's page of the word lists: look, add, take off, and try what a text would hit."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import SelectChoice, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from comments_service import word_lists
from comments_service.errors import NotAllowed, NotFound
from comments_service.models import Strength
from comments_service.parts import now, parts
from comments_service.rights import Right
from comments_service.screening import Finding, Submission, Verdict, load_word_lists, screen
from comments_service.screening.listed_words import held_words, marked_words, refused_words
from comments_service.web.auth import require_right
from comments_service.web.forms import no_control_characters, one_line_breaks
from comments_service.web.language import say, say_error
from comments_service.web.texts import highlighted

bp = Blueprint("word_lists", __name__, url_prefix="/desk/words")
bp.before_request(require_right(Right.WORDS))

STRENGTHS = {
    Strength.REFUSE: "拒收",
    Strength.HOLD: "细看",
    Strength.MARK: "标记",
}
EFFECTS = {
    Strength.REFUSE: "直接放入垃圾，不进待审核；在“垃圾”里仍看得到，可以收回重审。",
    Strength.HOLD: "提示要细看，排在队列前面。",
    Strength.MARK: "只做标记，请审核人员留意。",
}
CHOICES = {
    Strength.REFUSE: "拒收（直接放入垃圾）",
    Strength.HOLD: "细看（排在队列前面）",
    Strength.MARK: "标记（只提示）",
}
LIST_OF = {
    Verdict.SPAM: Strength.REFUSE,
    Verdict.HOLD: Strength.HOLD,
    Verdict.MARK: Strength.MARK,
}
LONG = Length(max=10_000, message="最多%(max)d个字，请分几次。")
MOST_FILTER = 100


class WordsForm(FlaskForm):
    """Words to list, and in which strength."""

    words = TextAreaField(
        "要加入的词",
        filters=[one_line_breaks],
        validators=[
            DataRequired("请写下要加入的词，每行一个。"),
            LONG,
            no_control_characters,
        ],
    )
    strength = SelectField(
        "怎么处理", choices=[SelectChoice(key.value, word) for key, word in CHOICES.items()]
    )


class TryForm(FlaskForm):
    """A text to try."""

    sample = TextAreaField(
        "试一段话",
        filters=[one_line_breaks],
        validators=[DataRequired("请写一段话。"), LONG, no_control_characters],
    )


@bp.get("/")
def page() -> ResponseReturnValue:
    """Show one list."""
    return _page()


@bp.post("/")
def add() -> ResponseReturnValue:
    """Add words to a list; one wrong word, and none is added."""
    form = WordsForm()
    if not form.validate():
        return _page(form), 422
    strength = Strength(form.strength.data)
    try:
        with parts().database.writing() as session:
            words = form.words.data.split("\n")
            count = word_lists.add_words(session, words, strength, now())
    except NotAllowed as error:
        form.words.errors = (say_error(error),)
        return _page(form), 422
    flash(say("词表已更新：%(n)s个词。", n=count))
    return redirect(url_for("word_lists.page", strength=strength.value), code=303)


@bp.post("/remove")
def remove() -> ResponseReturnValue:
    """Take one word off its list."""
    word = request.form.get("word", "")
    try:
        with parts().database.writing() as session:
            word_lists.remove_word(session, word, now())
    except NotFound as error:
        return _page(problem=say_error(error)), 404
    flash(say("“%(word)s”已移出词表。", word=word))
    here = url_for("word_lists.page", strength=_strength().value, q=_filter() or None)
    return redirect(here, code=303)


@bp.post("/try")
def try_out() -> ResponseReturnValue:
    """Show what a text would hit; nothing is kept of it."""
    trial = TryForm()
    if not trial.validate():
        return _page(trial=trial), 422
    return _page(trial=trial, sample=trial.sample.data)


def _page(
    form: WordsForm | None = None,
    trial: TryForm | None = None,
    *,
    problem: str = "",
    sample: str = "",
) -> str:
    strength, holding = _strength(), _filter()
    with parts().database.reading() as session:
        words = word_lists.list_words(session, strength, holding)
        findings = _findings(session, sample)
        return render_template(
            "word_lists.html",
            form=form or WordsForm(formdata=None, strength=strength.value),
            trial=trial or TryForm(formdata=None),
            problem=problem,
            strength=strength,
            holding=holding,
            counts=word_lists.counts(session),
            words=words[: word_lists.MOST_SHOWN],
            has_more=len(words) > word_lists.MOST_SHOWN,
            most_shown=word_lists.MOST_SHOWN,
            sample=highlighted(sample, map(asdict, findings)),
            findings=findings,
            STRENGTHS=STRENGTHS,
            EFFECTS=EFFECTS,
            CHOICES=CHOICES,
            LIST_OF=LIST_OF,
        )


def _findings(session: Session, sample: str) -> tuple[Finding, ...]:
    """Give what the lists find in *sample*."""
    if not sample:
        return ()
    lists = load_word_lists(session, parts().config.words_by_sound)
    submission = Submission(thread="", text=sample, words=lists)
    return screen(submission, rules=(refused_words, held_words, marked_words)).findings


def _strength() -> Strength:
    """Give the list that is asked for; the one that holds by default."""
    wanted = request.values.get("strength", "")
    return Strength(wanted) if wanted in list(Strength) else Strength.HOLD


def _filter() -> str:
    """Give what the words shown must hold, without what no database takes."""
    words = request.values.get("q", "").strip().replace("\0", "")
    return words.encode("utf-8", "ignore").decode()[:MOST_FILTER]
