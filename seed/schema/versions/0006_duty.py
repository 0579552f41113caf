"""The duty officer's desk: phones of departments, who has set the mode, pairings. See tables/0006_duty.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table."""
    script = Path(__file__).parent.parent / "tables" / "0006_duty.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Remove them; acknowledgements taken out as doubles stay out."""
    op.get_bind().exec_driver_sql(
        "drop table app.pairings cascade;"
        " drop index app.handovers_newest_idx;"
        " alter table app.handovers drop column recorded_by;"
        " drop index app.acknowledgements_once_idx;"
        " alter table app.operating_mode drop column is_by_rule, drop column is_held;"
        " alter table app.departments drop column duty_phone"
    )
