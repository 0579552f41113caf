-- One row: whether the mode was set; it is not where somebody has changed it since the rule had looked.
select app.set_mode_by_rule(:subdistrict_id, :mode, :reason_zh, :reason_en, :seen_since) as was_set
