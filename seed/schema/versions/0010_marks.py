"""Marks that people set on hand-ups; verifications of the store. See tables/0010_marks.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    script = Path(__file__).parent.parent / "tables" / "0010_marks.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Remove them; that hand-ups were marked stays in the log."""
    op.get_bind().exec_driver_sql("drop table app.escalation_marks cascade; drop table app.verifications cascade")
