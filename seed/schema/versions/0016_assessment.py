"""Marks of a sheet, and objections to an assessment. See tables/0016_assessment.sql."""

from pathlib import Path

from alembic import op

from seed.store import run_script

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and tables."""
    script = Path(__file__).parent.parent / "tables" / "0016_assessment.sql"
    run_script(op.get_bind(), script)


def downgrade() -> None:
    """Without them; objections are gone, marks stay."""
    op.get_bind().exec_driver_sql(
        "drop function if exists app.give_marks(integer, date, date, jsonb, text),"
        " app.object_to(integer, integer, date, date, bigint, text, integer, text, text, text),"
        " app.decide_objection(integer, bigint, boolean, text, text),"
        " app.attributions_at(integer, date, date, timestamptz);"
        " drop table app.objection_decisions, app.objections;"
        " drop trigger assessment_marks_stay on app.assessment_marks; drop function app.keep_said();"
        " alter table app.assessment_marks drop constraint assessment_marks_sound, drop column remark,"
        " drop column given_by; drop index app.assessment_marks_recorded_idx;"
        " drop index app.cases_due_idx;"
        " create index cases_due_idx on app.cases (subdistrict_id, first_due_at) include (area_id, type_id,"
        " last_recorded_at, reported_hour, kind, risk, channel, source, state, due_day, first_resolved_at, due_at,"
        " closed_at) where first_due_at is not null"
    )
