"""The composition root: settings, URLs, Celery, health, supervisor, start-up commands."""
