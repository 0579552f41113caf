"""A city's cases under another name, with fewer columns. See objects/44_city.sql."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Without the function that app.city_cases_at has replaced; objects are made after the migrations."""
    op.execute("drop function if exists app.cases_of_each(integer, timestamptz)")


def downgrade() -> None:
    """Nothing: an older release makes its own objects."""
