"""Runs the portal's processes on one machine: `python -m portal.supervisor`.

Standard library only. It must be up before anything else is, stay small, and outlive whatever
the processes do, so it imports neither Django nor Celery.
"""
