"""What makes the pages that readers have got outdated: every change of what they show.

`QuerySet.update()` and bulk writes send no signal: who uses them on these rows calls
`content.freshness.bump` itself.
"""

from typing import Any

from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import (
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    Site,
    get_page_models,
)
from wagtail.signals import (
    page_published,
    page_unpublished,
    post_page_move,
    published,
    unpublished,
)
from wagtail_localize.models import Translation, TranslationSource

from activity.models import Entry
from content import freshness
from content.models import FootLink, PortalDocument, PortalImage, PortalRendition, SiteFacts
from home.models import PrivacyStatement
from lobbying.models import Contact, ContactParty, CountingConsent
from memberorgs.models import (
    MemberOrganisation,
    OrganisationCampus,
    SocialLink,
    StudentCount,
    Succession,
)
from priorities.models import (
    ActionPlan,
    Correction,
    Indicator,
    IndicatorValue,
    Milestone,
    PlanImport,
    PlanSection,
    Priority,
    PriorityPage,
    PriorityWording,
    ProgressUpdatePage,
    Source,
    StatusChange,
    SubGoal,
)

SHOWN: tuple[type[Model], ...] = (
    ActionPlan,
    CollectionViewRestriction,
    # Pages of priorities count contacts and entries.
    Contact,
    ContactParty,
    Correction,
    CountingConsent,
    Entry,
    FootLink,
    Indicator,
    IndicatorValue,
    Locale,
    MemberOrganisation,
    Milestone,
    OrganisationCampus,
    PageViewRestriction,
    PlanImport,
    PlanSection,
    PortalDocument,
    PortalImage,
    Priority,
    PriorityWording,
    PrivacyStatement,
    Redirect,
    Site,
    SiteFacts,
    SocialLink,
    Source,
    StatusChange,
    StudentCount,
    SubGoal,
    Succession,
    # Whether a translation is behind.
    Translation,
    TranslationSource,
)
# A rendition is made while a page is: only that it goes away changes pages.
SHOWN_UNTIL_DELETED: tuple[type[Model], ...] = (PortalRendition,)
SHOWN_RELATIONS = (
    Contact.priorities.through,
    Entry.priorities.through,
    PriorityPage.related.through,
    ProgressUpdatePage.priorities.through,
    ProgressUpdatePage.organisations.through,
    MemberOrganisation.institutions.through,
    PageViewRestriction.groups.through,
    CollectionViewRestriction.groups.through,
)
# What saving a draft, or locking, changes in the row that the public reads.
OF_THE_DRAFT = {
    "draft_title",
    "has_unpublished_changes",
    "latest_revision",
    "latest_revision_created_at",
    "locked",
    "locked_at",
    "locked_by",
}


def connect() -> None:
    """Listens to all of it. Once per process."""
    for model in {Page, *get_page_models(), *SHOWN}:
        post_save.connect(_saved, sender=model, dispatch_uid=("freshness", model))
        post_delete.connect(_changed, sender=model, dispatch_uid=("freshness", model))
    for model in SHOWN_UNTIL_DELETED:
        post_delete.connect(_changed, sender=model, dispatch_uid=("freshness", model))
    for relation in SHOWN_RELATIONS:
        m2m_changed.connect(_changed, sender=relation, dispatch_uid=("freshness", relation))
    for signal in (page_published, page_unpublished, post_page_move, published, unpublished):
        signal.connect(_changed, dispatch_uid="freshness")


def _saved(
    instance: Any, created: bool, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    if update_fields and update_fields <= OF_THE_DRAFT:
        return
    if created and not getattr(instance, "live", True):
        return
    freshness.bump()


def _changed(**kwargs: Any) -> None:
    freshness.bump()
