"""Reviews frozen for a meeting. See tables/0015_reviews.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    script = Path(__file__).parent.parent / "tables" / "0015_reviews.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Back to the table of the first version; what was frozen is gone."""
    op.get_bind().exec_driver_sql(
        "drop function if exists app.freeze_review(integer, text, text); drop table app.review_freezes;"
        " drop function app.keep_frozen();"
        " create table app.review_freezes (freeze_id bigint generated always as identity primary key,"
        " subdistrict_id integer not null references app.subdistricts (subdistrict_id), period_start date not null,"
        " period_end date not null, as_of timestamptz not null, definitions_version text not null,"
        " figures jsonb not null, checksum text not null, frozen_at timestamptz not null, frozen_by text not null)"
    )
