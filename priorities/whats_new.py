"""`/hva-er-nytt/`: the executive committee tells what is new, from a phone.

What comes of it goes the way that it goes in the admin: published by who may, sent to moderation by
others.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.forms.utils import ErrorDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from memberorgs.models import User
from priorities.choices import NEEDS_CAUSE, Cause, DecidedBy, Status
from priorities.desk import pages_for_news
from priorities.models import PriorityPage, ProgressUpdatePage, StatusChange
from priorities.models.news import Source

# Editors and publishers have it, and nobody else.
TELL = "priorities.add_statuschange"
PUBLISH_STATUS = "priorities.publish_statuschange"


@dataclass(frozen=True)
class News:
    """What was told; `change` is None where the status stays as it is."""

    update: ProgressUpdatePage
    change: StatusChange | None


class NewsForm(forms.Form):
    """At most six fields in sight; `cause` and `reason` are folded."""

    priority = forms.TypedChoiceField(
        label=_("Which priority?"),
        coerce=int,
        error_messages={"required": _("Choose the priority that it is about.")},
    )
    title = forms.CharField(
        label=_("What is new, in a few words?"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write in a few words what is new.")},
    )
    text = forms.CharField(
        label=_("What happened, and what does it mean?"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write two sentences about what happened.")},
    )
    source_title = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    source_url = forms.URLField(
        label=_("Link to the source"),
        required=False,
        max_length=200,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Write the whole address, like https://example.org/rules.")},
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=lambda: [("", gettext("Unchanged")), *Status.choices],
    )
    reason = forms.CharField(
        label=_("Why that status, in one sentence?"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    cause = forms.ChoiceField(
        label=_("Cause"),
        required=False,
        choices=lambda: [("", gettext("Choose")), *Cause.choices],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pages = {page.pk: page for page in pages_for_news()}
        field: Any = self.fields["priority"]
        field.choices = [
            ("", gettext("Choose")),
            *((pk, f"{page.priority.position}. {page.title}") for pk, page in self.pages.items()),
        ]

    def clean(self) -> None:
        filled = self.cleaned_data
        status = filled.get("status")
        if status and not filled.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("A status needs a reason, in one sentence."))
        if status in NEEDS_CAUSE and not filled.get("cause"):
            self.add_error("cause", _("This status needs a cause from the list."))
        if not status and (filled.get("reason") or filled.get("cause")):
            self.add_error("status", _("Choose the status that you give a reason for."))
        if filled.get("source_title") and not filled.get("source_url"):
            if "source_url" not in self.errors:
                self.add_error("source_url", _("Give the link to the source too."))
        elif filled.get("source_url") and not filled.get("source_title"):
            self.add_error("source_title", _("Say what the source is."))

    @property
    def page(self) -> PriorityPage:
        return self.pages[self.cleaned_data["priority"]]

    @property
    def is_unfolded(self) -> bool:
        """Whether something in the folded part needs to be seen."""
        names = ("status", "reason", "cause")
        return any(self[name].errors or self[name].value() for name in names)

    def shown_as_typed(self) -> "NewsForm":
        """What a draft holds, with no word about what is missing."""
        self._errors = ErrorDict()
        return self


@transaction.atomic
def tell(
    *,
    page: PriorityPage,
    title: str,
    text: str,
    status: str = "",
    reason: str = "",
    cause: str = "",
    source_title: str = "",
    source_url: str = "",
    by: User,
) -> News:
    """A progress update under `page`, and a change of status where one is given.

    Each is published where `by` may, and sent to moderation where not. Raises ValidationError.
    """
    rights = page.permissions_for_user(by)
    if not rights.can_add_subpage():
        raise ValidationError(gettext("You may not write about this priority."))
    update = ProgressUpdatePage(title=title.strip(), intro=text.strip(), live=False, owner=by)
    if source_url:
        update.sources = [Source(title=source_title, url=source_url)]
    page.add_child(instance=update)
    revision = update.save_revision(user=by, log_action=True)
    if rights.can_publish_subpage():
        revision.publish(user=by)
        update.refresh_from_db()
    else:
        _moderate(update, by)
    change = None
    if status:
        change = StatusChange(
            priority=page.priority,
            status=status,
            reason_nb=reason.strip(),
            cause=cause,
            source_title=source_title,
            source_url=source_url,
            decided_by=DecidedBy.EXECUTIVE_COMMITTEE,
            typed_by=by,
            live=False,
        )
        change.full_clean()
        change.save()
        revision = change.save_revision(user=by, log_action=True)
        if by.has_perm(PUBLISH_STATUS):
            revision.publish(user=by)
            change.refresh_from_db()
        else:
            _moderate(change, by)
    return News(update, change)


def _moderate(row: Any, by: User) -> None:
    """Where moderation is turned off it stays a draft."""
    workflow = row.get_workflow()
    if workflow is not None:
        workflow.start(row, by)
