"""Staff look after elections and demands. Demands can be hidden, and nothing is deleted."""

from django.db import migrations

GROUP = "Sekretariat"
RIGHTS = [
    ("lobbying", model, f"{action}_{model}")
    for model in ("election", "demand")
    for action in ("add", "change", "view")
]


def forwards(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for group in Group.objects.filter(name=GROUP):
        for app_label, model, codename in RIGHTS:
            content_type, _ = ContentType.objects.get_or_create(app_label=app_label, model=model)
            right, _ = Permission.objects.get_or_create(
                content_type=content_type,
                codename=codename,
                defaults={"name": codename.replace("_", " ").capitalize()},
            )
            group.permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0012_help_rights"),
        ("lobbying", "0001_initial"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
