"""The store, first version: see tables/0001_store.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    script = Path(__file__).parent.parent / "tables" / "0001_store.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Remove everything."""
    op.get_bind().exec_driver_sql("drop schema app cascade; drop schema personal cascade")
