"""`python -m portal.supervisor`; configured by the environment, see docs/operating.md."""

import os
import sys

from portal.supervisor.composition import data_dir, port, portal_plan
from portal.supervisor.loop import supervise
from portal.supervisor.place import Refused


def main() -> int:
    """Runs the portal until told to stop. Returns 0 after an orderly stop, else 1."""
    environ = dict(os.environ)
    try:
        number = port(environ)
    except Refused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return supervise(lambda: portal_plan(environ), data_dir(environ), number)


if __name__ == "__main__":
    sys.exit(main())
