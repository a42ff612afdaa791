"""Words of Wagtail's admin that its own bokmål lacks or gets wrong, so that our catalogue has them.

Our catalogue wins over Wagtail's. Only what editors meet every day stands here; the rest belongs in
Wagtail's own translation.
"""

from django.utils.translation import gettext_noop

WORDS = (
    gettext_noop("Aging pages"),
    gettext_noop("Approve"),
    gettext_noop("Approve and Publish"),
    gettext_noop("Approve with comment"),
    gettext_noop("Approve and Publish with comment"),
    gettext_noop("Awaiting your review"),
    gettext_noop("Checks"),
    gettext_noop("Comments"),
    gettext_noop("Compare"),
    gettext_noop("Edit schedule"),
    gettext_noop("Go to the first error"),
    gettext_noop("Help"),
    gettext_noop("History"),
    gettext_noop("Keyboard shortcuts"),
    gettext_noop("Locked pages"),
    gettext_noop("New: %(model_name)s"),
    gettext_noop("Request changes"),
    gettext_noop("Search all pages…"),
    gettext_noop("Set schedule"),
    gettext_noop("Site history"),
    gettext_noop("Sort menu order"),
    gettext_noop("Toggle status"),
    gettext_noop("Workflows"),
    gettext_noop("Workflow tasks"),
    gettext_noop("Your pages and snippets in a workflow"),
)
