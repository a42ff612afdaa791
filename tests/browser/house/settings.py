"""The portal as it is served, with addresses besides that fail on purpose."""

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "tests.browser.house.urls"
