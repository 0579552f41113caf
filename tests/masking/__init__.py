"""How much of what tells of a person is masked: sentences, the measure, and its thresholds."""
