"""What the tables of the libraries hold about people, and what other places keep."""

from collections.abc import Iterable, Iterator

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.files.base import File
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry, UploadedFile
from wagtail.users.models import UserProfile

from foundation.audit import personal_data, retention
from foundation.audit.personal_data import Holding, Row, by_number
from foundation.audit.retention import Rule

EDITING = _("It is part of the page's history. The number stays, the name goes with you.")


def _sessions_of(user: AbstractBaseUser) -> list[Session]:
    """A session says whose it is only inside, so all of them are opened."""
    return [
        one
        for one in Session.objects.iterator(chunk_size=500)
        if one.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]


def _sessions(user: AbstractBaseUser) -> Iterator[Row]:
    for one in _sessions_of(user):
        if one.expire_date > timezone.now():
            yield {_("runs out"): one.expire_date}


def _end_sessions(user: AbstractBaseUser) -> int:
    keys = [one.pk for one in _sessions_of(user)]
    return Session.objects.filter(pk__in=keys).delete()[0]


def _profile(user: AbstractBaseUser) -> Iterator[Row]:
    for one in UserProfile.objects.filter(user=user.pk):
        yield {
            _("language of the admin"): one.preferred_language,
            _("time zone"): one.current_time_zone,
            _("appearance"): one.theme,
            _("picture"): one.avatar.name if one.avatar else "",
        }


def _pictures(user: AbstractBaseUser) -> Iterable[tuple[str, "File[bytes]"]]:
    for one in UserProfile.objects.filter(user=user.pk):
        if one.avatar:
            yield one.avatar.name.rpartition("/")[2], one.avatar


def _remove_after_commit(files: Iterable[FieldFile]) -> None:
    there = [(file.storage, str(file.name)) for file in files if file]
    if there:
        # A partial has no name, and Django asks for one when it logs what a robust hook raised.
        transaction.on_commit(lambda: _remove(there), robust=True)


def _remove(files: Iterable[tuple[Storage, str]]) -> None:
    for storage, name in files:
        storage.delete(name)


def _forget_profile(user: AbstractBaseUser) -> int:
    _remove_after_commit([one.avatar for one in UserProfile.objects.filter(user=user.pk)])
    return UserProfile.objects.filter(user=user.pk).delete()[0]


def _about(user: AbstractBaseUser) -> QuerySet[ModelLogEntry]:
    kind = ContentType.objects.get_for_model(type(user))
    return ModelLogEntry.objects.filter(content_type=kind, object_id=str(user.pk))


def _log(user: AbstractBaseUser) -> Iterator[Row]:
    done = ModelLogEntry.objects.filter(user=user.pk).order_by("timestamp", "pk")
    for entry in done.iterator(chunk_size=200):
        yield {_("when"): entry.timestamp, _("what"): entry.message, _("row"): entry.label}


def _forget_labels(user: AbstractBaseUser) -> int:
    """Wagtail writes the name of whom an admin made or changed beside the number."""
    return _about(user).exclude(label="").update(label="", data={})


def _drop_uploads(user: AbstractBaseUser) -> int:
    left = UploadedFile.objects.filter(uploaded_by_user=user.pk)
    _remove_after_commit([one.file for one in left])
    return left.delete()[0]


def _uploads(user: AbstractBaseUser) -> Iterator[Row]:
    for one in UploadedFile.objects.filter(uploaded_by_user=user.pk).order_by("pk"):
        yield {_("file"): one.file.name}


HOLDINGS = (
    Holding(
        model="sessions.Session",
        title=_("Open log-ins"),
        fields=frozenset({"session_data"}),
        rows=_sessions,
        erase=_end_sessions,
        place=12,
    ),
    Holding(
        model="wagtailusers.UserProfile",
        title=_("Your settings in the admin"),
        fields=frozenset({"user"}),
        rows=_profile,
        erase=_forget_profile,
        files=_pictures,
        place=13,
    ),
    Holding(
        model="wagtailcore.ModelLogEntry",
        title=_("What you changed in the admin"),
        fields=frozenset({"user", "label"}),
        rows=_log,
        erase=_forget_labels,
        why_kept=EDITING,
        place=75,
    ),
    Holding(
        model="wagtailcore.UploadedFile",
        title=_("Files that wait for the rest of a form"),
        fields=frozenset({"uploaded_by_user"}),
        rows=_uploads,
        erase=_drop_uploads,
        place=80,
    ),
    by_number(
        "wagtailcore.Page",
        "owner",
        "locked_by",
        title=_("Pages that you made or locked"),
        why_kept=EDITING,
    ),
    by_number(
        "wagtailcore.Revision",
        "user",
        title=_("Versions of pages and facts that you saved"),
        shown=("created_at",),
        why_kept=EDITING,
    ),
    by_number(
        "wagtailcore.PageLogEntry",
        "user",
        title=_("What you did with pages"),
        shown=("timestamp", "label"),
        why_kept=EDITING,
    ),
    by_number(
        "wagtailcore.WorkflowState",
        "requested_by",
        title=_("What you sent in for approval"),
        shown=("created_at",),
        why_kept=EDITING,
    ),
    by_number(
        "wagtailcore.TaskState",
        "finished_by",
        title=_("What you approved or sent back"),
        shown=("finished_at", "status", "comment"),
        why_kept=EDITING,
    ),
    by_number(
        "wagtailcore.Comment",
        "user",
        "resolved_by",
        title=_("Comments in the admin"),
        shown=("created_at", "text"),
        why_kept=EDITING,
    ),
    by_number(
        "wagtailcore.CommentReply",
        "user",
        title=_("Answers to comments in the admin"),
        shown=("created_at", "text"),
        why_kept=EDITING,
    ),
    by_number(
        "wagtail_localize.StringTranslation",
        "last_translated_by",
        title=_("Texts that you translated"),
        shown=("updated_at",),
        why_kept=EDITING,
    ),
    by_number(
        "wagtail_localize.SegmentOverride",
        "last_translated_by",
        title=_("Texts that you set for one language"),
        shown=("updated_at",),
        why_kept=EDITING,
    ),
    by_number(
        "wagtailcore.PageSubscription",
        "user",
        title=_("Pages whose comments you follow"),
        shown=("page",),
        place=80,
    ),
    by_number("wagtailcore.APIToken", "user", title=_("Keys for programs"), place=80),
    by_number(
        "wagtailadmin.EditingSession",
        "user",
        title=_("Pages that you have open in the admin"),
        shown=("last_seen_at",),
        place=80,
    ),
    by_number(
        "wagtailadmin.FormState",
        "user",
        title=_("Forms that you have half filled in"),
        place=80,
    ),
)

RULES = (
    Rule(
        code="failed_log_in",
        what=_("Attempts to log in, counted by network address and scrambled e-mail address"),
        basis=_("Legitimate interest: nobody shall guess passwords. The cache lets them go."),
    ),
    Rule(
        code="backup",
        what=_("Backups, with all that was there when they were made"),
        basis=_("Duty to be able to restore. The backups let the oldest go, each hour."),
    ),
)


def register() -> None:
    personal_data.register(*HOLDINGS)
    retention.register(*RULES)
    for model, name, why in (
        ("auth.Permission", "name", "the name of a right"),
        ("auth.Group", "name", "the name of a group"),
        ("jobs.Heartbeat", "name", "the name of a process"),
        ("taggit.Tag", "name", "a word"),
        ("wagtailcore.Site", "site_name", "the name of a site"),
        ("wagtailcore.Collection", "name", "the name of a folder"),
        ("wagtailcore.Workflow", "name", "the name of a workflow"),
        ("wagtailcore.Task", "name", "the name of a step"),
        ("wagtail_localize.StringTranslation", "tool_name", "the name of a program"),
        ("wagtailembeds.Embed", "author_name", "nothing is embedded: no finder is set"),
        ("wagtailembeds.Embed", "provider_name", "nothing is embedded: no finder is set"),
        ("wagtailimages.Image", "uploaded_by_user", "not used: content.PortalImage is"),
        ("wagtaildocs.Document", "uploaded_by_user", "not used: content.PortalDocument is"),
    ):
        personal_data.exempt(model, name, why=why)
    personal_data.exempt("wagtailcore.APIToken", "name", why="the name of a program")
