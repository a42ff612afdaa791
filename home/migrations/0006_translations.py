"""Editors and publishers send pages to translation; the foot's shipped words in three languages."""

from django.db import migrations

GROUPS = ("Redaktører", "Godkjennere")
SHIPPED = (
    "NSO er en interesseorganisasjon for studenter ved norske universiteter og høyskoler. "
    "Her leser du hva landsmøtet vedtok."
)
TRANSLATED = {
    "about_nn": (
        "NSO er ein interesseorganisasjon for studentar ved norske universitet og høgskular. "
        "Her les du kva landsmøtet vedtok."
    ),
    "about_en": (
        "NSO is an interest organisation for students at Norwegian universities and university "
        "colleges. Here you can read what its general assembly adopted."
    ),
}


def give_rights(apps):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    content_type, _ = ContentType.objects.get_or_create(
        app_label="wagtail_localize", model="translation"
    )
    right, _ = Permission.objects.get_or_create(
        content_type=content_type,
        codename="submit_translation",
        defaults={"name": "Can submit translations"},
    )
    for group in Group.objects.filter(name__in=GROUPS):
        group.permissions.add(right)


def translate_facts(apps):
    SiteFacts = apps.get_model("content", "SiteFacts")
    for name, words in TRANSLATED.items():
        SiteFacts.objects.filter(**{"about": SHIPPED, name: ""}).update(**{name: words})


def forwards(apps, schema_editor):
    give_rights(apps)
    translate_facts(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0005_search_configuration"),
        ("content", "0004_facts_in_three_languages"),
        ("wagtail_localize", "0006_create_submit_translation_permission"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
