DATE_FORMAT = "j. F Y"
# Never broken across lines: it stands in narrow columns.
BRIEF_DATE_FORMAT = "j.\u00a0N\u00a0Y"
TIME_FORMAT = "H.i"
DATETIME_FORMAT = "j. F Y H.i"
SHORT_DATETIME_FORMAT = "d.m.Y H.i"
