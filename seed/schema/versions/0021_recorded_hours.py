"""How rows came in, hour by hour. See tables/0021_recorded_hours.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table, filled from the log that stands."""
    script = Path(__file__).parent.parent / "tables" / "0021_recorded_hours.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Without the table: it is read from the log again."""
    op.get_bind().exec_driver_sql("drop table app.recorded_hours cascade")
