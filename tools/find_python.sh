#!/bin/sh
# Prints the Python to set up the portal with: the one that .venv already has; else python3 when
# there are wheels of an embedded Redis for it; else the newest such one on PATH; else a newer
# one; else python3, for setup.py to say that it is too old. Each is run, since a name on PATH
# may be a shim with nothing behind it.
within() {
    "$1" -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, $2))" 2>/dev/null
}

if [ -x .venv/bin/python ] && within .venv/bin/python 99; then
    echo .venv/bin/python
    exit
fi
for name in python3 python3.13 python3.12 python3.11; do
    if within "$name" 13; then echo "$name"; exit; fi
done
for name in python3.14 python3.15 python3; do
    if within "$name" 99; then echo "$name"; exit; fi
done
echo python3
