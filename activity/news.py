"""From what an organisation says may be told: a draft of news, with credit to it."""

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from activity.choices import LogKind
from activity.kinds import KINDS
from activity.models import Entry
from content.languages import SOURCE
from foundation.audit.actions import record
from lobbying.models import Contact
from memberorgs.access import AnyUser
from memberorgs.actions import NotPossible
from memberorgs.models import MemberOrganisation, User
from priorities.models import NewsIndexPage, ProgressUpdatePage

# The same entry always gives the same piece of news.
NAMESPACE = uuid.UUID("6f0d3a52-8a0e-5a0c-9a55-6b1f1f6f7a10")
LONGEST_TITLE, LONGEST_INTRO = 120, 400


def index() -> NewsIndexPage | None:
    found: NewsIndexPage | None = NewsIndexPage.objects.source().first()
    return found


def may_write_news(user: AnyUser) -> bool:
    parent = index()
    return parent is not None and parent.permissions_for_user(user).can_add_subpage()


def draft_of(row: Entry | Contact) -> ProgressUpdatePage | None:
    """The news that was made from it, draft or published."""
    news: ProgressUpdatePage | None = (
        ProgressUpdatePage.objects.source().filter(translation_key=_key(row)).first()
    )
    return news


def make_draft(*, row: Entry | Contact, by: User) -> ProgressUpdatePage:
    """A draft of news in bokmål; the one that is there where somebody has made it already.

    Raises NotPossible where it may not be told, or the organisation is not confirmed. Nothing of
    the private note stands in it.
    """
    credited = [one for one in organisations_of(row) if one.is_confirmed]
    if not row.may_be_told or row.removed_at is not None:
        raise NotPossible(_("The organisation has not said that this may be told in public."))
    if not credited:
        raise NotPossible(_("The organisation is not confirmed yet, and can't be credited."))
    there = draft_of(row)
    if there is not None:
        return there
    try:
        with transaction.atomic():
            return _make(row, credited, by)
    except IntegrityError:
        # Two clicks at once: the other one was first.
        there = draft_of(row)
        if there is None:
            raise
        return there


def organisations_of(row: Entry | Contact) -> list[MemberOrganisation]:
    """All that took part, the one that logged it first."""
    first = row.organisation
    if isinstance(row, Entry):
        return [first]
    return [first, *(one for one in row.organisations.all() if one.pk != first.pk)]


def _make(row: Entry | Contact, credited: list[MemberOrganisation], by: User) -> ProgressUpdatePage:
    parent = index()
    if parent is None:
        raise NotPossible(_("There is no page for news to write it under."))
    with translation.override(SOURCE):
        headline = headline_of(row)
        names = ", ".join(one.name for one in credited)
        text = row.text if isinstance(row, Entry) and row.text else headline
        intro = _("%(organisations)s tell: %(text)s") % {"organisations": names, "text": text}
    page = ProgressUpdatePage(
        title=Truncator(headline).chars(LONGEST_TITLE),
        intro=Truncator(" ".join(intro.split())).chars(LONGEST_INTRO),
        translation_key=_key(row),
        locale=parent.locale,
        live=False,
        owner=by,
    )
    page.priorities = list(row.priorities.all())
    page.organisations = credited
    parent.add_child(instance=page)
    page.save_revision(user=by, log_action=True)
    record(
        "log.told",
        by=by,
        about=row,
        organisation=row.organisation.code,
        kind=str(row.log_kind if isinstance(row, Entry) else LogKind.LOBBYING),
    )
    return page


def headline_of(row: Any) -> str:
    slug = LogKind.LOBBYING if isinstance(row, Contact) else row.log_kind
    return KINDS[str(slug)].headline(row)


def _key(row: Entry | Contact) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"{row._meta.label_lower}:{row.key}")
