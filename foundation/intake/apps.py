from django.apps import AppConfig
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "foundation.intake"
    label = "intake"
    verbose_name = _("What people hand in")

    def ready(self) -> None:
        from foundation.audit import personal_data, retention
        from foundation.intake import attachments, privacy
        from foundation.intake.models import Attachment

        post_delete.connect(
            attachments.remove_file_after_commit,
            sender=Attachment,
            dispatch_uid="attachment_file_goes_with_its_row",
        )
        personal_data.register(*privacy.HOLDINGS)
        retention.register(*privacy.RULES)
