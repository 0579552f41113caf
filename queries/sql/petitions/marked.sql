-- One row: whether any matter is marked as one by which a decision is sought, and any as a trip to the capital.
select
    coalesce(bool_or(case_types.is_decision_sought), false) as has_decision_sought,
    coalesce(bool_or(case_types.is_capital_trip), false) as has_capital_trip
from app.case_types
