"""How dates and numbers are written in each language (FORMAT_MODULE_PATH); the rest is Django's.

Templates name a format, such as `date:"DATE_FORMAT"`, and never spell one out: a Norwegian date has
a full stop after the day and a British one has none. `BRIEF_DATE_FORMAT` is ours, for lists.
"""
