"""The portal's settings without limits to how often one may try."""

from portal import settings
from portal.settings import *  # noqa: F403

# Nothing a minute is no limit; an empty table would leave allauth's own.
ACCOUNT_RATE_LIMITS = dict.fromkeys(settings.ACCOUNT_RATE_LIMITS, "")
