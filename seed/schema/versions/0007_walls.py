"""Tokens of walls that can be revoked: see tables/0007_walls.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each token a number and the moment it was revoked."""
    script = Path(__file__).parent.parent / "tables" / "0007_walls.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Remove both; a revoked token would hold again, so it goes."""
    op.get_bind().exec_driver_sql(
        "drop function if exists app.revoke_wall_token(integer, integer);"
        " drop function if exists app.admitted_walls(integer);"
        " drop function if exists app.walls_seen(integer, integer[], timestamptz[]);"
        " delete from app.wall_tokens where wall_tokens.revoked_at is not null;"
        " alter table app.wall_tokens drop column revoked_at, drop column wall_id"
    )
