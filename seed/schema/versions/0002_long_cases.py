"""An index for questions about the past: see tables/0002_long_cases.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    script = Path(__file__).parent.parent / "tables" / "0002_long_cases.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Remove it."""
    op.get_bind().exec_driver_sql("drop index app.cases_long_idx")
