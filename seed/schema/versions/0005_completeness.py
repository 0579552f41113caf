"""The history of the sources' complete-through marks: see tables/0005_completeness.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and put the present marks in."""
    script = Path(__file__).parent.parent / "tables" / "0005_completeness.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Remove it, and the function that reads it."""
    op.get_bind().exec_driver_sql(
        "drop function if exists app.complete_through(integer, timestamptz);"
        " drop function if exists app.keep_mark(integer, text, timestamptz, timestamptz);"
        " drop table app.completeness_marks"
    )
