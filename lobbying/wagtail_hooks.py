"""What lobbying adds to Wagtail's admin."""

from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from lobbying.models import Demand, Election
from lobbying.viewsets import LobbyingViewSetGroup, NothingIsDeleted

for model in (Election, Demand):
    register_permission_policy(model, NothingIsDeleted(model))
register_snippet(LobbyingViewSetGroup)
