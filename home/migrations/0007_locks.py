"""Publishers lock and unlock facts, as they do pages."""

from django.db import migrations

GROUP = "Godkjennere"
FACTS = ("statuschange", "milestone", "indicator")


def forwards(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for group in Group.objects.filter(name=GROUP):
        for model in FACTS:
            content_type, _ = ContentType.objects.get_or_create(
                app_label="priorities", model=model
            )
            for action in ("lock", "unlock"):
                right, _ = Permission.objects.get_or_create(
                    content_type=content_type,
                    codename=f"{action}_{model}",
                    defaults={"name": f"{action.capitalize()} {model}"},
                )
                group.permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [("home", "0006_translations")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
