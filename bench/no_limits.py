"""The portal's settings without limits to how often one may try."""

from portal.settings import *  # noqa: F403

ACCOUNT_RATE_LIMITS = False
