-- One row per matter and line of duty: its label in both languages.
select case_types.type_id, case_types.code, case_types.name_zh, case_types.name_en
from app.case_types
order by case_types.type_id
