"""What became of each row of a file, and refused rows as they stood in it. See tables/0011_files.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    script = Path(__file__).parent.parent / "tables" / "0011_files.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Remove them; refused rows keep what the door was handed of them."""
    op.get_bind().exec_driver_sql(
        "alter table app.import_rejects drop column file_row, drop column file_column, drop column cells,"
        " drop column tried_batch_id, drop column got_in;"
        " alter table app.import_batches drop column file_rows cascade, drop column file_rows_new,"
        " drop column file_rows_changed, drop column file_rows_unchanged, drop column file_rows_refused,"
        " drop column file_header, drop column shown_columns, drop column retries_batch_id"
    )
