-- One row per coded word; labels may be reworded in the store, so existing rows stay as they are.
insert into app.labels (topic, code, position, name_zh, name_en)
values
('kind', 'appeal', 1, '诉求', 'Appeal'),
('kind', 'hazard', 2, '隐患', 'Hazard'),
('kind', 'petition', 3, '信访', 'Petition'),
('kind', 'police_report', 4, '警情', 'Police report'),
('kind', 'warning', 5, '预警', 'Warning'),
('event', 'discovered', 1, '发现', 'Discovered'),
('event', 'reported', 2, '上报', 'Reported'),
('event', 'dispatched', 3, '分拨', 'Dispatched'),
('event', 'accepted', 4, '接单', 'Accepted'),
('event', 'escalated', 5, '升级', 'Escalated'),
('event', 'answered', 6, '答复', 'Answered'),
('event', 'supervised', 7, '督办', 'Supervised'),
('event', 'acknowledged', 8, '知悉', 'Acknowledged'),
('event', 'resolved', 9, '化解', 'Resolved'),
('event', 'fed_back', 10, '反馈', 'Fed back'),
('event', 'evaluated', 11, '评估', 'Evaluated'),
('event', 'reopened', 12, '返工', 'Reopened'),
('event', 'reassigned', 13, '改派', 'Reassigned'),
('event', 'deadline_changed', 14, '延期', 'Deadline changed'),
('event', 'withdrawn', 15, '撤回', 'Withdrawn'),
('event', 'corrected', 16, '更正', 'Corrected'),
('risk', 'red', 1, '红', 'Red'),
('risk', 'orange', 2, '橙', 'Orange'),
('risk', 'yellow', 3, '黄', 'Yellow'),
('risk', 'blue', 4, '蓝', 'Blue'),
('channel', 'patrol', 1, '巡查', 'Patrol'),
('channel', 'hotline', 2, '12345', '12345'),
('channel', 'qr_code', 3, '书记在线', 'QR code'),
('channel', 'app', 4, '应用', 'App'),
('channel', 'visit', 5, '来访', 'Visit'),
('channel', 'sensor', 6, '物联感知', 'Sensor'),
('channel', 'department', 7, '部门交办', 'Department'),
('level', 'city', 1, '市', 'City'),
('level', 'district', 2, '区', 'District'),
('level', 'subdistrict', 3, '街道', 'Subdistrict'),
('level', 'street', 4, '街道', 'Street'),
('level', 'community', 5, '社区', 'Community'),
('level', 'grid', 6, '小分格', 'Grid'),
('level', 'micro_grid', 7, '微网格', 'Micro grid'),
('level', 'department', 8, '部门', 'Department'),
('area_kind', 'social', 1, '社会治理单元', 'Social'),
('area_kind', 'enterprise', 2, '企业格', 'Enterprise'),
('area_kind', 'mobile', 3, '机动小分格', 'Mobile'),
('area_kind', 'dedicated', 4, '专属网格', 'Dedicated'),
('state', 'open', 1, '未结', 'Open'),
('state', 'resolved', 2, '已化解', 'Resolved'),
('state', 'withdrawn', 3, '已撤回', 'Withdrawn'),
('state', 'transferred', 4, '已移交', 'Transferred'),
('mode', 'normal', 1, '平时', 'Normal'),
('mode', 'emergency', 2, '应急', 'Emergency'),
('site_kind', 'enterprise', 1, '企业', 'Enterprise'),
('site_kind', 'point', 2, '风险点', 'Risk point')
on conflict (topic, code) do nothing;

insert into app.settings (key, value, note)
values
('time_zone', '"Asia/Shanghai"', 'local days are counted in it; a change needs python -m seed rebuild'),
('same_day_window_days', '7', 'a case reopened within so many days was not resolved the same day'),
('clock_skew_seconds', '120', 'how far ahead of the store a writer''s clock may be'),
('first_year', '2010', 'earlier times are refused'),
('last_year', '2049', 'later times are refused'),
(
    'handling_edges',
    '[5, 15, 30, 60, 120, 240, 480, 1440, 4320, 10080, 21600]',
    'minutes, upper edges of area_day.handling_histogram'
),
('retention_days', '1095', 'personal data is kept so long after the case was reported')
on conflict (key) do nothing;

insert into personal.keys (purpose, secret)
values ('party', decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'))
on conflict (purpose) do nothing;
