"""What the publisher does, for the desk, for supervisors, and so that there is one of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the tables to this form."""
    op.create_table(
        "publisher_state",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("leader", sa.String(120), nullable=False),
        sa.Column("seen_at", MOMENT),
        sa.Column("stand_by_seen_at", MOMENT),
        sa.Column("published_at", MOMENT),
        sa.Column("release", sa.String(40), nullable=False),
        sa.Column("problem", sa.Text()),
        sa.Column("problem_at", MOMENT),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="publisher_state_key"),
    )


def downgrade() -> None:
    """Take the tables back to the form before; the publisher's figures begin anew."""
    op.drop_table("publisher_state")
