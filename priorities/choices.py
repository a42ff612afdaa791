"""Fixed choices of the action plan."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SectionKind(models.TextChoices):
    """What a section of the plan is about; `read_plan` decides it from the heading."""

    POLITICAL = "political", _("political")
    ORGANISATIONAL = "organisational", _("organisational")
    OTHER = "other", _("other")


class ImportChannel(models.TextChoices):
    """Through which door a document came in."""

    ADMIN = "admin", _("the editors' admin")
    COMMAND = "command", _("the command line")
