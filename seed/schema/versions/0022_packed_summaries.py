"""Summaries packed with their days, and escalations found by their moments. See tables/0022_packed_summaries.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The columns and indexes; the days are packed anew as they are come round to."""
    script = Path(__file__).parent.parent / "tables" / "0022_packed_summaries.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Without them; days stay packed."""
    op.get_bind().exec_driver_sql(
        "drop function if exists"
        " app.packed_days_at(integer, timestamptz, timestamptz, timestamptz, text[], boolean),"
        " app.packed_before(integer, timestamptz, timestamptz, text[]);"
        " drop index app.escalations_raised_idx, app.escalations_ended_idx;"
        " alter table app.packed_days drop column summaries"
    )
