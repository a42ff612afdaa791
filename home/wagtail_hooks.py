"""What the plain pages add to Wagtail's admin."""

from wagtail.snippets.models import register_snippet

from home.viewsets import PrivacyStatementViewSet

register_snippet(PrivacyStatementViewSet)
