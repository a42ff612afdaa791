"""Log-in, second factors and sessions: what django-allauth is told, and what it lacks."""
