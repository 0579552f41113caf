"""The moments of a case, packed. See tables/0018_packed_moments.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and fill them for the cases that stand."""
    script = Path(__file__).parent.parent / "tables" / "0018_packed_moments.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Without the columns, and with the index as it was."""
    op.get_bind().exec_driver_sql(
        "drop index app.cases_reported_idx, app.cases_moments_idx, app.cases_reopened_idx;"
        " alter table app.cases drop column stage_times, drop column open_spells;"
        " create index cases_reported_idx on app.cases (subdistrict_id, reported_at) include ("
        " reported_day, area_id, type_id, last_recorded_at, first_occurred_at, case_id, is_same_day_counted,"
        " is_same_day_resolved, is_same_day_kept, is_on_the_spot, reported_hour, reopened_count, kind, risk, channel,"
        " source, state, level, resolved_level, first_resolved_at, resolved_at, closed_at, dispatched_at, first_due_at,"
        " discovered_at, fed_back_at, evaluated_at, withdrawn_days, reopened_days, linked_subdistrict_id)"
    )
