"""Makes `.venv` ready: `python3 tools/setup.py runtime|test|dev`.

This file is read by any Python that a machine may have, down to 2.7, so that one which is too
old gets a sentence instead of a syntax error. The work is done in environment.py.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.stderr.write(
        "Portalen trenger Python 3.11 eller nyere, men fant bare %d.%d. Installer en nyere, "  # noqa: UP031
        "eller si hvor den er: make run PYTHON=/sti/til/python3.12\n" % sys.version_info[:2]
    )
    sys.exit(1)

if __name__ == "__main__":
    from environment import main

    sys.exit(main(sys.argv))
