"""Days packed anew that hold a case reopened before its resolution. See tables/0024_returned_cases.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """These days are packed anew as they are come round to."""
    script = Path(__file__).parent.parent / "tables" / "0024_returned_cases.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Days stay packed."""
    op.get_bind().exec_driver_sql(
        "drop function if exists app.packed_signs("
        "boolean, boolean, boolean, boolean, timestamptz, timestamptz, text, timestamptz, smallint, date[],"
        " timestamptz, timestamptz, timestamptz, timestamptz, text, text, bytea, text)"
    )
