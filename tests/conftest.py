import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache


@pytest.fixture(scope="session")
def django_db_use_migrations():
    return True


@pytest.fixture(autouse=True)
def _own_folders(tmp_path, settings):
    """Each test has mail and media folders of its own."""
    settings.MAIL_DIR = tmp_path / "mail"
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def pytest_sessionfinish():
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


ROOT = Path(__file__).resolve().parent.parent
