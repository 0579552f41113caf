-- One row per matter that belongs to a line of duty: that line's names.
select
    case_types.type_id,
    line.name_zh,
    line.name_en
from app.case_types
inner join app.case_types as line on case_types.parent_id = line.type_id
order by case_types.type_id
