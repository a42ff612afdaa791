"""The WSGI application that gunicorn serves."""

import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application: Any = get_wsgi_application()

# A page under development is made anew each time.
if not settings.DEBUG:
    # Models may only be imported now.
    from portal.page_cache import PageCache

    application = PageCache(application)
