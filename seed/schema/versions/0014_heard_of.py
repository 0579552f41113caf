"""Sources that a refused row made look heard of in the future. See tables/0014_heard_of.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put them back to what the log holds."""
    script = Path(__file__).parent.parent / "tables" / "0014_heard_of.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Nothing to take back."""
