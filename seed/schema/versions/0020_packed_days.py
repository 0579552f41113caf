"""Days of cases, packed. See tables/0020_packed_days.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table, with the days of the cases that stand; they are packed as they are come round to."""
    script = Path(__file__).parent.parent / "tables" / "0020_packed_days.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Without the days, and with the index that they have replaced."""
    op.get_bind().exec_driver_sql(
        "drop table app.packed_days cascade;"
        " create index cases_moments_idx on app.cases (subdistrict_id, reported_at) include ("
        " last_recorded_at, reported_day, area_id, type_id, is_same_day_counted, is_same_day_resolved, kind, risk,"
        " channel, source, stage_times, open_spells)"
    )
