"""Indexes that answer figures without the cases themselves: see tables/0004_narrow_reading.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put them in the place of narrower ones."""
    script = Path(__file__).parent.parent / "tables" / "0004_narrow_reading.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """The narrower ones again."""
    op.get_bind().exec_driver_sql(
        "drop index app.cases_reported_idx, app.cases_resolved_idx, app.cases_due_idx;"
        " create index on app.cases (subdistrict_id, reported_at);"
        " create index cases_resolved_idx on app.cases (subdistrict_id, first_resolved_at);"
        " create index on app.cases (subdistrict_id, first_due_at) where first_due_at is not null;"
        " alter table app.cases reset (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor)"
    )
