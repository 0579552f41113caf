-- One row per coded word of any topic: its label in both languages, in order.
select labels.topic, labels.code, labels.name_zh, labels.name_en
from app.labels
order by labels.topic, labels.position, labels.code
