"""Deliveries of frozen reviews. See tables/0017_deliveries.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    script = Path(__file__).parent.parent / "tables" / "0017_deliveries.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Without them: who was sent what is forgotten."""
    op.get_bind().exec_driver_sql(
        "drop function if exists app.claim_mail(text, text), app.mail_state(text, text),"
        " app.settle_mail(text, text, boolean), app.note_delivery(bigint, text, integer, boolean, text, text);"
        " drop table app.deliveries, personal.mailed"
    )
