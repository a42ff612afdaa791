"""The adopted words in other languages, marked as unofficial.

On a page in bokmål the field holds the adopted words themselves, for the translator.
"""

from django.db import migrations, models


def fill(apps, schema_editor):
    PriorityPage = apps.get_model("priorities", "PriorityPage")
    pages = PriorityPage.objects.filter(locale__language_code="nb").select_related("priority")
    for page in pages.prefetch_related("priority__sub_goals"):
        goals = sorted(page.priority.sub_goals.all(), key=lambda goal: (goal.position, goal.pk))
        words = "\n".join([page.priority.adopted_text, *(goal.text for goal in goals)])
        PriorityPage.objects.filter(pk=page.pk).update(unofficial_words=words)


class Migration(migrations.Migration):
    dependencies = [
        ("priorities", "0003_blocks_and_site_facts"),
    ]

    operations = [
        migrations.AddField(
            model_name="prioritypage",
            name="unofficial_words",
            field=models.TextField(
                blank=True,
                help_text=(
                    "The assembly adopted one wording, and that one counts. This stands below it, "
                    "marked as unofficial."
                ),
                verbose_name="unofficial translation of the adopted words",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
