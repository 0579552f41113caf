"""Marks of matters, and indexes for figures: see tables/0003_figures.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and indexes."""
    script = Path(__file__).parent.parent / "tables" / "0003_figures.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Remove them."""
    op.get_bind().exec_driver_sql(
        "drop index app.cases_extended_idx, app.cases_left_idx, app.cases_petitions_idx,"
        " app.cases_resolved_idx, app.cases_marked_idx, app.case_log_changes_idx, app.case_log_times_idx;"
        " alter table app.case_types drop column is_decision_sought, drop column is_capital_trip"
    )
