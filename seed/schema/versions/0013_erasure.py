"""Persons who were erased, and that it was done. See tables/0013_erasure.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    script = Path(__file__).parent.parent / "tables" / "0013_erasure.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Remove them; what was erased stays so, but a file handed in again would bring it back."""
    op.get_bind().exec_driver_sql("drop table personal.erased_cases; drop table app.erasures")
