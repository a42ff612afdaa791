#!/usr/bin/env python
"""Django's command line, with the portal's settings."""

import os
import sys
from importlib import import_module

# Reading a document touches neither database nor secrets, so it must work in an unconfigured clone.
NEEDS_NO_CONFIGURATION = {"read_plan"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if len(sys.argv) > 1 and sys.argv[1] in NEEDS_NO_CONFIGURATION:
        os.environ.setdefault("DEMO", "1")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
