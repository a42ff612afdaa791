from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

CONFIGURATION = """
CREATE TEXT SEARCH DICTIONARY portal_norwegian (TEMPLATE = snowball, LANGUAGE = norwegian);
CREATE TEXT SEARCH CONFIGURATION portal_norwegian (COPY = norwegian);
ALTER TEXT SEARCH CONFIGURATION portal_norwegian
    ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part
    WITH unaccent, portal_norwegian;
CREATE INDEX portal_search_names ON wagtailsearch_indexentry USING gin (title_text gin_trgm_ops);
"""
NO_CONFIGURATION = """
DROP INDEX portal_search_names;
DROP TEXT SEARCH CONFIGURATION portal_norwegian;
DROP TEXT SEARCH DICTIONARY portal_norwegian;
"""


def on_postgres(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    """How PostgreSQL reads words: without accents, by their stems, common ones included.

    SQLite has nothing of it. What was indexed in another way goes; `prepare` fills the index. Both extensions are trusted: who owns the database may make them.
    """

    dependencies = [
        ("home", "0004_blocks_and_site_facts"),
        ("wagtailsearch", "0010_add_text_fields"),
    ]
    operations = [
        migrations.RunSQL("DELETE FROM wagtailsearch_indexentry", migrations.RunSQL.noop),
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunPython(on_postgres(CONFIGURATION), on_postgres(NO_CONFIGURATION)),
    ]
