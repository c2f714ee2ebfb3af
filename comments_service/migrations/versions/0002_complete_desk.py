"""The complete desk: roles, chained decisions, reports, appeals, words, notices, counts, search."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from comments_service.chain import GENESIS, link, salted
from comments_service.db import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(20)
TOKEN = sa.String(64)
REPORTED = sa.text("reported_at IS NOT NULL")
PINNED = sa.text("pinned_at IS NOT NULL")
NEW_ACTIONS = "'pin', 'unpin', 'settle', 'revise', 'appeal', 'erase'"
SHARDS = 16


def upgrade() -> None:
    """Bring the tables to this form."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    _release_decisions(is_postgresql)
    _extend_account()
    _extend_comment()
    _create_tables()
    _extend_decision()
    (_keep_decisions_postgresql if is_postgresql else _keep_decisions_sqlite)()
    (_count_and_find_postgresql if is_postgresql else _count_and_find_sqlite)()


def downgrade() -> None:
    """Take the tables back to the form before.

    What that form does not know is given up: reports, notes, roles, appeals (their messages are
    refused again), and the decisions of new kinds; erased messages stay empty, as withdrawn ones.
    """
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    _release_decisions(is_postgresql)
    (_forget_counts_postgresql if is_postgresql else _forget_counts_sqlite)()
    _restore_decision()
    for table in TABLES:
        op.drop_table(table)
    _restore_comment()
    _restore_account()
    (_keep_decisions_postgresql if is_postgresql else _keep_decisions_sqlite)()


def _extend_account() -> None:
    with op.batch_alter_table("account") as account:
        account.add_column(sa.Column("role", WORD, nullable=False, server_default="moderator"))
        account.add_column(sa.Column("email", sa.String(320)))
        account.add_column(sa.Column("totp_secret", sa.String(64)))
        account.add_column(
            sa.Column("totp_step", sa.BigInteger(), nullable=False, server_default="0")
        )
    # Until now everybody could do everything.
    op.execute("UPDATE account SET role = 'chief'")
    with op.batch_alter_table("account") as account:
        account.alter_column("role", server_default=None)
        account.alter_column("totp_step", server_default=None)
    with op.batch_alter_table("login") as login:
        login.add_column(sa.Column("address", TOKEN, nullable=False, server_default=""))
        login.add_column(
            sa.Column("is_verified", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("login") as login:
        login.alter_column("address", server_default=None)
        login.alter_column("is_verified", server_default=None)


def _restore_account() -> None:
    with op.batch_alter_table("login") as login:
        login.drop_column("address")
        login.drop_column("is_verified")
    with op.batch_alter_table("account") as account:
        for name in ("role", "email", "totp_secret", "totp_step"):
            account.drop_column(name)


def _extend_comment() -> None:
    with op.batch_alter_table("comment") as comment:
        comment.add_column(sa.Column("by_account_id", ID))
        comment.add_column(sa.Column("email_confirmed_at", MOMENT))
        comment.add_column(
            sa.Column("attention", sa.SmallInteger(), nullable=False, server_default="3")
        )
        comment.add_column(sa.Column("text_digest", sa.String(32)))
        for name in ("pinned_at", "reported_at", "appealed_at"):
            comment.add_column(sa.Column(name, MOMENT))
        comment.add_column(sa.Column("appeal_text", sa.Text()))
        comment.create_foreign_key(
            "comment_by_account_id_exists", "account", ["by_account_id"], ["id"]
        )
    with op.batch_alter_table("comment") as comment:
        comment.alter_column("attention", server_default=None)
    order = ["submitted_at", "id"]
    op.create_index("comment_by_text_digest", "comment", ["text_digest", "submitted_at"])
    op.create_index("comment_queue_by_thread", "comment", ["state", "thread", *order])
    op.create_index("comment_queue_by_attention", "comment", ["state", "attention", *order])
    op.create_index("comment_by_network", "comment", ["address", *order])
    for name, columns, which in (
        ("comment_reported", ["reported_at", "id"], REPORTED),
        ("comment_pinned", ["thread"], PINNED),
    ):
        op.create_index(name, "comment", columns, sqlite_where=which, postgresql_where=which)


def _restore_comment() -> None:
    op.execute("UPDATE comment SET state = 'refused' WHERE state = 'appealed'")
    op.execute("UPDATE comment SET state = 'withdrawn' WHERE state = 'erased'")
    for name in (
        "comment_pinned", "comment_reported", "comment_by_network", "comment_queue_by_attention",
        "comment_queue_by_thread", "comment_by_text_digest",
    ):  # fmt: skip
        op.drop_index(name, "comment")
    with op.batch_alter_table("comment") as comment:
        comment.drop_constraint("comment_by_account_id_exists", type_="foreignkey")
        for name in (
            "by_account_id", "email_confirmed_at", "attention", "text_digest", "pinned_at",
            "reported_at", "appealed_at", "appeal_text",
        ):  # fmt: skip
            comment.drop_column(name)


def _references(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = f"{table}_{column}_exists"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"{table}_key")


def _unique(table: str, column: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(column, name=f"{table}_{column}_is_unique")


def _create_tables() -> None:
    for create in (
        _create_revision, _create_talk, _create_opened, _create_counts, _create_words,
        _create_times, _create_outbox, _create_doors,
    ):  # fmt: skip
        create()


TABLES = (
    "invitation", "recovery_code", "action_link", "outbox_message", "last_time", "used_proof",
    "word_hit", "listed_word", "tally", "chain_head", "opened", "report", "note",
)  # fmt: skip


def _create_revision() -> None:
    op.create_table(
        "revision",
        sa.Column("id", ID, nullable=False),
        sa.Column("decision_id", ID, nullable=False),
        sa.Column("comment_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        _key("revision", "id"),
        _references("revision", "decision_id", "decision"),
        _references("revision", "comment_id", "comment"),
        _unique("revision", "decision_id"),
    )
    op.create_index("revision_by_comment_id", "revision", ["comment_id"])


def _create_talk() -> None:
    op.create_table(
        "note",
        sa.Column("id", ID, nullable=False),
        sa.Column("comment_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        _key("note", "id"),
        _references("note", "comment_id", "comment"),
        _references("note", "account_id", "account"),
    )
    op.create_index("note_by_comment_id", "note", ["comment_id"])
    op.create_table(
        "report",
        sa.Column("id", ID, nullable=False),
        sa.Column("comment_id", ID, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("address", TOKEN, nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
        _key("report", "id"),
        _references("report", "comment_id", "comment"),
        sqlite_autoincrement=True,
    )
    op.create_index("report_by_comment_id", "report", ["comment_id"])
    op.create_index("report_by_network", "report", ["address", "reported_at"])


def _create_opened() -> None:
    op.create_table(
        "opened",
        sa.Column("comment_id", ID, nullable=False, autoincrement=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        _key("opened", "comment_id"),
        _references("opened", "comment_id", "comment"),
        _references("opened", "account_id", "account"),
    )


def _create_counts() -> None:
    op.create_table(
        "chain_head",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("hash", TOKEN, nullable=False),
        _key("chain_head", "id"),
    )
    op.create_table(
        "tally",
        sa.Column("kind", WORD, nullable=False),
        sa.Column("thread", sa.String(80), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False, autoincrement=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        _key("tally", "kind", "thread", "shard"),
    )


def _create_words() -> None:
    op.create_table(
        "listed_word",
        sa.Column("word", sa.String(100), nullable=False),
        sa.Column("strength", WORD, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        _key("listed_word", "word"),
    )
    op.create_table(
        "word_hit",
        sa.Column("word", sa.String(100), nullable=False),
        sa.Column("comment_id", ID, nullable=False, autoincrement=False),
        _key("word_hit", "word", "comment_id"),
        _references("word_hit", "comment_id", "comment"),
    )
    op.create_index("word_hit_by_comment_id", "word_hit", ["comment_id"])


def _create_times() -> None:
    op.create_table(
        "used_proof",
        sa.Column("digest", TOKEN, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        _key("used_proof", "digest"),
    )
    op.create_index("used_proof_by_expires_at", "used_proof", ["expires_at"])
    op.create_table(
        "last_time",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _key("last_time", "name"),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox_message",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("comment_id", ID),
        sa.Column("account_id", ID),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _key("outbox_message", "id"),
        _references("outbox_message", "comment_id", "comment"),
        _references("outbox_message", "account_id", "account"),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_message_by_comment_id", "outbox_message", ["comment_id"])
    op.create_index("outbox_message_by_due_at", "outbox_message", ["due_at"])
    op.create_table(
        "action_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", TOKEN, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("comment_id", ID, nullable=False),
        sa.Column("action", WORD, nullable=False),
        sa.Column("seen_version", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        _key("action_link", "id"),
        _references("action_link", "account_id", "account"),
        _references("action_link", "comment_id", "comment"),
        _unique("action_link", "token_hash"),
    )
    for column in ("account_id", "comment_id"):
        op.create_index(f"action_link_by_{column}", "action_link", [column])


def _create_doors() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", TOKEN, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        _key("recovery_code", "code_hash"),
        _references("recovery_code", "account_id", "account"),
    )
    op.create_index("recovery_code_by_account_id", "recovery_code", ["account_id"])
    op.create_table(
        "invitation",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", TOKEN, nullable=False),
        sa.Column("role", WORD, nullable=False),
        sa.Column("invited_by_id", ID),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        _key("invitation", "id"),
        _references("invitation", "invited_by_id", "account"),
        _unique("invitation", "token_hash"),
    )


def _extend_decision() -> None:
    with op.batch_alter_table("decision") as decision:
        decision.add_column(sa.Column("sentence", sa.Text(), nullable=False, server_default=""))
        decision.add_column(sa.Column("text_hash", TOKEN))
        decision.add_column(sa.Column("batch", sa.String(24)))
        decision.add_column(sa.Column("hash", TOKEN, nullable=False, server_default=""))
    head = _chain_old_decisions()
    op.bulk_insert(
        sa.table("chain_head", sa.column("id", sa.Integer), sa.column("hash", sa.String)),
        [{"id": 1, "hash": head}],
    )
    with op.batch_alter_table("decision") as decision:
        decision.alter_column("sentence", server_default=None)
        decision.alter_column("hash", server_default=None)
        decision.drop_column("text")
        decision.create_unique_constraint("decision_hash_is_unique", ["hash"])
    op.create_index("decision_by_batch", "decision", ["batch"])
    op.create_index("decision_by_decided_at", "decision", ["decided_at"])


def _decision() -> sa.TableClause:
    names = (
        "id", "comment_id", "account_id", "action", "from_state", "to_state", "reason", "note",
        "text", "sentence", "text_hash", "batch", "hash",
    )  # fmt: skip
    return sa.table(
        "decision", *map(sa.column, names), sa.column("decided_at", UTCDateTime(timezone=True))
    )


def _rows(decision: sa.TableClause) -> Iterator[Any]:
    """Yield all decisions in their order, some at a time."""
    last = 0
    while True:
        query = sa.select(decision).where(decision.c.id > last).order_by(decision.c.id).limit(500)
        rows = op.get_bind().execute(query).mappings().all()
        if not rows:
            return
        yield from rows
        last = rows[-1]["id"]


def _chain_old_decisions() -> str:
    """Give every decision there is its place in the chain; returns the newest hash."""
    bind, decision, head = op.get_bind(), _decision(), GENESIS
    revision = sa.table("revision", *map(sa.column, ("decision_id", "comment_id", "text", "salt")))
    for row in _rows(decision):
        text_hash = None
        if row["text"] is not None:
            salt = secrets.token_hex(16)
            text_hash = salted(salt, row["text"])
            values = {"decision_id": row["id"], "comment_id": row["comment_id"]}
            bind.execute(revision.insert().values(text=row["text"], salt=salt, **values))
        head = link(
            head, comment_id=row["comment_id"], account_id=row["account_id"],
            action=row["action"], from_state=row["from_state"], to_state=row["to_state"],
            reason=row["reason"], note=row["note"], sentence="", text_hash=text_hash, batch=None,
            decided_at=row["decided_at"],
        )  # fmt: skip
        values = {"text_hash": text_hash, "hash": head}
        bind.execute(decision.update().where(decision.c.id == row["id"]).values(**values))
    return head


def _restore_decision() -> None:
    op.drop_index("decision_by_decided_at", "decision")
    op.drop_index("decision_by_batch", "decision")
    with op.batch_alter_table("decision") as decision:
        decision.add_column(sa.Column("text", sa.Text()))
    op.execute(
        "UPDATE decision SET text = (SELECT revision.text FROM revision "
        "WHERE revision.decision_id = decision.id)"
    )
    op.execute("UPDATE decision SET from_state = 'refused' WHERE from_state = 'appealed'")
    op.drop_table("revision")
    op.execute(
        f"DELETE FROM decision WHERE action IN ({NEW_ACTIONS})"  # noqa: S608 -- our own constant
    )
    with op.batch_alter_table("decision") as decision:
        decision.drop_constraint("decision_hash_is_unique", type_="unique")
        for name in ("sentence", "text_hash", "batch", "hash"):
            decision.drop_column(name)


def _release_decisions(is_postgresql: bool) -> None:
    """Let the decisions be rewritten while their table changes form."""
    if is_postgresql:
        op.execute("DROP TRIGGER decision_is_a_record ON decision")
        return
    for deed in ("update", "delete"):
        op.execute(f"DROP TRIGGER decision_{deed}")


def _keep_decisions_postgresql() -> None:
    op.execute(
        "CREATE TRIGGER decision_is_a_record BEFORE UPDATE OR DELETE ON decision "
        "FOR EACH ROW EXECUTE FUNCTION decision_is_a_record()"
    )


def _keep_decisions_sqlite() -> None:
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER decision_{deed.lower()} BEFORE {deed} ON decision "
            "BEGIN SELECT RAISE(ABORT, 'a decision is a record'); END"
        )


def _tally_sqlite(row: str, step: int) -> str:
    """Write the statement that counts the comment of *row* one up or down."""
    return (
        "INSERT INTO tally (kind, thread, shard, n) "  # nosec B608 -- our own constants
        f"SELECT {row}.state, '', 0, {step} UNION ALL "
        f"SELECT {row}.state, {row}.thread, 0, {step} UNION ALL "
        f"SELECT 'reported', '', 0, {step} WHERE {row}.reported_at IS NOT NULL UNION ALL "
        f"SELECT 'reported', {row}.thread, 0, {step} WHERE {row}.reported_at IS NOT NULL "
        f"ORDER BY 1, 2 ON CONFLICT (kind, thread, shard) DO UPDATE SET n = n + {step};"
    )


def _count_and_find_sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE comment_search USING fts5"
        "(words, content='', columnsize=0, detail=none, tokenize='ascii')"
    )
    find = (
        "INSERT INTO comment_search (rowid, words) "
        "VALUES (NEW.id, comment_words(NEW.author, NEW.text, NEW.edited_text));"
    )
    lose = (
        "INSERT INTO comment_search (comment_search, rowid, words) "
        "VALUES ('delete', OLD.id, comment_words(OLD.author, OLD.text, OLD.edited_text));"
    )
    up, down = _tally_sqlite("NEW", 1), _tally_sqlite("OLD", -1)
    for name, moment, deeds in (
        ("comment_counted", "INSERT", up),
        ("comment_moved", "UPDATE OF state, thread, reported_at", down + up),
        ("comment_uncounted", "DELETE", down),
        ("comment_found", "INSERT", find),
        ("comment_reworded", "UPDATE OF author, text, edited_text", lose + find),
        ("comment_lost", "DELETE", lose),
    ):
        op.execute(f"CREATE TRIGGER {name} AFTER {moment} ON comment BEGIN {deeds} END")
    op.execute(
        "INSERT INTO comment_search (rowid, words) "
        "SELECT id, comment_words(author, text, edited_text) FROM comment"
    )
    _count_old_comments()


def _count_old_comments() -> None:
    op.execute(
        "INSERT INTO tally (kind, thread, shard, n) "
        "SELECT state, '', 0, count(*) FROM comment GROUP BY state UNION ALL "
        "SELECT state, thread, 0, count(*) FROM comment GROUP BY state, thread"
    )


def _forget_counts_sqlite() -> None:
    for name in ("counted", "moved", "uncounted", "found", "reworded", "lost"):
        op.execute(f"DROP TRIGGER comment_{name}")
    op.execute("DROP TABLE comment_search")


GRAMS = """
CREATE FUNCTION comment_grams(body text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT gram), '{}') FROM (
    SELECT unnest(ARRAY[c, c || lead(c) OVER (ORDER BY i)]) AS gram
    FROM unnest(string_to_array(lower(body COLLATE "C"), NULL)) WITH ORDINALITY AS chars (c, i)
  ) AS pairs WHERE gram IS NOT NULL
$$
"""
"""As :mod:`comments_service.grams`: lower() of collation C makes A to Z small and nothing else."""
BODY = """
CREATE FUNCTION comment_body(author text, words text, edited_words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT author || chr(10) || words || coalesce(chr(10) || edited_words, '')
$$
"""
COUNT = f"""
CREATE FUNCTION comment_count(told comment, step bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO tally AS t (kind, thread, shard, n)
  SELECT kind, place, pg_backend_pid() % {SHARDS}, step
  FROM (VALUES (told.state), (CASE WHEN told.reported_at IS NOT NULL THEN 'reported' END))
         AS k (kind),
       (VALUES (''), (told.thread)) AS p (place)
  WHERE kind IS NOT NULL ORDER BY kind, place
  ON CONFLICT (kind, thread, shard) DO UPDATE SET n = t.n + step
$$
"""  # noqa: S608 -- our own constants
COUNTED = """
CREATE FUNCTION comment_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM comment_count(OLD, -1); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM comment_count(NEW, 1); END IF;
  RETURN NULL;
END $$
"""


def _count_and_find_postgresql() -> None:
    for statement in (GRAMS, BODY, COUNT, COUNTED):
        op.execute(statement)
    op.execute(
        "CREATE TRIGGER comment_counted AFTER INSERT OR DELETE ON comment "
        "FOR EACH ROW EXECUTE FUNCTION comment_is_counted()"
    )
    op.execute(
        "CREATE TRIGGER comment_moved AFTER UPDATE OF state, thread, reported_at ON comment "
        "FOR EACH ROW EXECUTE FUNCTION comment_is_counted()"
    )
    op.execute(
        "CREATE INDEX comment_search ON comment USING gin "
        "(comment_grams(comment_body(author, text, edited_text))) "
        "WITH (gin_pending_list_limit = 256)"
    )
    _count_old_comments()


def _forget_counts_postgresql() -> None:
    op.execute("DROP INDEX comment_search")
    for trigger in ("comment_moved", "comment_counted"):
        op.execute(f"DROP TRIGGER {trigger} ON comment")
    for function in (
        "comment_is_counted()", "comment_count(comment, bigint)", "comment_grams(text)",
        "comment_body(text, text, text)",
    ):  # fmt: skip
        op.execute(f"DROP FUNCTION {function}")
