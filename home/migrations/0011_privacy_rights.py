"""Publishers and the secretariat prepare versions of the privacy statement, and publish them."""

from django.db import migrations

GROUPS = ("Godkjennere", "Sekretariat")
ACTIONS = ("add", "change", "view", "publish")


def forwards(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    content_type, _ = ContentType.objects.get_or_create(app_label="home", model="privacystatement")
    for group in Group.objects.filter(name__in=GROUPS):
        for action in ACTIONS:
            right, _ = Permission.objects.get_or_create(
                content_type=content_type,
                codename=f"{action}_privacystatement",
                defaults={"name": f"{action.capitalize()} privacystatement"},
            )
            group.permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [("home", "0010_privacy_statement")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
