"""What our rules find, and what they let pass; never run. The line before each says which rule."""

import contextlib
import os
import pickle
import ssl
import subprocess
from datetime import UTC, datetime
from xml.etree import ElementTree

import flask
from flask import redirect, request
from jinja2 import Environment
from markupsafe import Markup, escape
from sqlalchemy import select, text


def markup(words):
    # ruleid: markup-outside-named-places
    made = Markup(words)
    # ruleid: markup-outside-named-places
    made += Markup(f"<p>{words}</p>")
    # ok: markup-outside-named-places
    return Markup("<p>{}</p>").format(words) + escape(words)


def templates(words):
    # ruleid: autoescape-off
    Environment(autoescape=False)
    # ruleid: autoescape-off
    Environment()
    # ok: autoescape-off
    environment = Environment(autoescape=True)
    # ruleid: template-from-text
    environment.from_string(words)
    # ruleid: template-from-text
    return flask.render_template_string(words)


def programs(name):
    # ruleid: shell
    subprocess.run(f"ls {name}", shell=True)
    # ruleid: shell
    os.system(name)
    # ok: shell
    subprocess.run(["ls", name])


def statements(session, name, table):
    # ruleid: sql-put-together
    session.execute(text(f"SELECT * FROM {name}"))
    # ruleid: sql-put-together
    session.execute(text("SELECT * FROM " + name))
    # ruleid: sql-put-together
    session.execute(text("SELECT * FROM %s" % name))
    # ruleid: sql-put-together
    session.connection().exec_driver_sql(f"SELECT {name}")
    # ok: sql-put-together
    session.execute(text("SELECT :name"), {"name": name})
    # ok: sql-put-together
    session.execute(select(table).where(table.c.name == name))


def numbers():
    # ruleid: number-from-request
    first = int(request.args["n"])
    # ruleid: number-from-request
    second = int(request.form.get("n", "1"))
    # ruleid: number-from-request
    third = request.args.get("n", type=int)
    # ok: number-from-request
    return first, second, third, request.args.get("n", "")


def ways():
    # ruleid: redirect-from-request
    redirect(request.args["next"])
    # ruleid: redirect-from-request
    redirect(request.form.get("next"), code=303)
    # ruleid: redirect-from-request
    redirect(request.referrer)
    # ok: redirect-from-request
    return redirect(flask.url_for("desk.queue"))


def chance():
    # ruleid: chance-is-no-secret
    import random

    return random.random()


def moments(number):
    # ruleid: time-without-zone
    datetime.now()
    # ruleid: time-without-zone
    datetime.utcnow()
    # ruleid: time-without-zone
    datetime.fromtimestamp(number)
    # ok: time-without-zone
    return datetime.now(UTC), datetime.fromtimestamp(number).astimezone()


def failures(do):
    # ruleid: failure-passed-over
    try:
        do()
    except Exception:
        pass
    # ruleid: failure-passed-over
    try:
        do()
    except:
        do()
    # ruleid: failure-passed-over
    with contextlib.suppress(Exception):
        do()
    # ok: failure-passed-over
    try:
        do()
    except ValueError:
        pass


def code(words, log):
    # ruleid: code-from-text
    eval(words)
    # ruleid: objects-from-bytes
    pickle.loads(words)
    # ruleid: xml-from-outside
    ElementTree.fromstring(words)
    # ok: xml-from-outside
    ElementTree.Element("p")
    # ruleid: private-things-in-the-log
    log.info("message received", extra={"comment_id": 1, "email": words})
    # ok: private-things-in-the-log
    log.info("message received", extra={"comment_id": 1})


def encryption(fetch):
    # ruleid: encryption-unchecked
    ssl._create_unverified_context()
    # ruleid: encryption-unchecked
    fetch("https://e.org", verify=False)
    # ok: encryption-unchecked
    ssl.create_default_context()


class Form:
    # ruleid: form-without-token
    class Meta:
        csrf = False


def answers(app, csrf, part, response):
    # ruleid: form-without-token
    csrf.exempt(part)
    # ruleid: cookie-by-hand
    response.set_cookie("a", "b")
    # ruleid: debug-on
    app.run(debug=True)
