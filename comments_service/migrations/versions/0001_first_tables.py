"""The first tables: comments, decisions, accounts, log-ins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(20)
GAPS = sa.text("position IS NOT NULL AND state != 'approved'")


def upgrade() -> None:
    """Bring the tables to this form."""
    _create_account()
    _create_comment()
    _create_decision()
    _create_login()
    _create_login_throttle()


def downgrade() -> None:
    """Take the tables back to the form before."""
    for table in ("login_throttle", "login", "decision", "comment", "account"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION decision_is_a_record()")


def _create_account() -> None:
    op.create_table(
        "account",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="account_key"),
        sa.UniqueConstraint("name", name="account_name_is_unique"),
    )


def _create_comment() -> None:
    op.create_table(
        "comment",
        sa.Column("id", ID, nullable=False),
        sa.Column("thread", sa.String(80), nullable=False),
        sa.Column("reply_to_id", ID),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edited_text", sa.Text()),
        sa.Column("email", sa.String(320)),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("submission_key", sa.String(64)),
        sa.Column("receipt_hash", sa.String(64), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("html", sa.Text()),
        sa.Column("policy", sa.Integer()),
        sa.Column("position", sa.Integer()),
        sa.Column("wall_position", sa.Integer()),
        sa.Column("publish_at", MOMENT),
        sa.Column("hidden_until", MOMENT),
        sa.Column("live_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="comment_key"),
        sa.ForeignKeyConstraint(["reply_to_id"], ["comment.id"], name="comment_reply_to_id_exists"),
        sa.UniqueConstraint("submission_key", name="comment_submission_key_is_unique"),
        sa.UniqueConstraint("receipt_hash", name="comment_receipt_hash_is_unique"),
        sa.UniqueConstraint("wall_position", name="comment_wall_position_is_unique"),
        sqlite_autoincrement=True,
    )
    op.create_index("comment_by_reply_to_id", "comment", ["reply_to_id"])
    op.create_index("comment_by_publish_at", "comment", ["publish_at"])
    op.create_index("comment_by_hidden_until", "comment", ["hidden_until"])
    op.create_index("comment_by_position", "comment", ["thread", "position"], unique=True)
    op.create_index("comment_queue", "comment", ["state", "submitted_at", "id"])
    op.create_index("comment_gaps", "comment", ["thread"], sqlite_where=GAPS, postgresql_where=GAPS)


def _create_decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", ID, nullable=False),
        sa.Column("comment_id", ID, nullable=False),
        sa.Column("account_id", ID),
        sa.Column("action", WORD, nullable=False),
        sa.Column("from_state", WORD, nullable=False),
        sa.Column("to_state", WORD, nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="decision_key"),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="decision_comment_id_exists"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="decision_account_id_exists"),
        sqlite_autoincrement=True,
    )
    op.create_index("decision_by_comment_id", "decision", ["comment_id"])
    _keep_decisions()


def _create_login() -> None:
    op.create_table(
        "login",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="login_key"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="login_account_id_exists"),
        sa.UniqueConstraint("token_hash", name="login_token_hash_is_unique"),
    )
    op.create_index("login_by_account_id", "login", ["account_id"])


def _create_login_throttle() -> None:
    op.create_table(
        "login_throttle",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="login_throttle_key"),
    )


def _keep_decisions() -> None:
    """Let the database itself refuse to change or delete a decision."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION decision_is_a_record() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'a decision is a record'; END $$"
        )
        op.execute(
            "CREATE TRIGGER decision_is_a_record BEFORE UPDATE OR DELETE ON decision "
            "FOR EACH ROW EXECUTE FUNCTION decision_is_a_record()"
        )
        return
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER decision_{deed.lower()} BEFORE {deed} ON decision "
            "BEGIN SELECT RAISE(ABORT, 'a decision is a record'); END"
        )
