"""Full addresses, sealed for the operator's key, where they have to be kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the tables to this form."""
    op.create_table(
        "sealed_address",
        sa.Column("comment_id", ID, nullable=False, autoincrement=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("comment_id", name="sealed_address_key"),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="sealed_address_comment_id_exists"
        ),
    )
    op.create_index("sealed_address_by_stored_at", "sealed_address", ["stored_at"])


def downgrade() -> None:
    """Take the tables back to the form before; addresses that were kept are given up."""
    op.drop_table("sealed_address")
