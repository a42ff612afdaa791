"""The locales in which pages may be translated; bokmål is there since Wagtail's own migrations."""

from django.db import migrations

CODES = ["nn", "en"]


def forwards(apps, schema_editor):
    Locale = apps.get_model("wagtailcore", "Locale")
    for code in CODES:
        Locale.objects.get_or_create(language_code=code)


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0004_facts_in_three_languages"),
        ("wagtailcore", "0098_apitoken"),
        # Its first pages are in the only locale that there is.
        ("home", "0002_first_pages_and_groups"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
