"""The groups that give rights in the editors' admin (design: who, and what they may)."""

from django.db import models


class RoleGroup(models.TextChoices):
    """Names of `auth.Group` rows. Rights of member organisations come from terms, not groups."""

    EDITOR = "Redaktører"
    PUBLISHER = "Godkjennere"
    STAFF = "Sekretariat"
    INSIGHT = "Innsyn"
