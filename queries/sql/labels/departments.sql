-- One row per department of the subdistrict: its label in both languages.
select departments.department_id, departments.code, departments.name_zh, departments.name_en
from app.departments
where departments.subdistrict_id = :subdistrict_id
order by departments.department_id
