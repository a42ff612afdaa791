"""Every kind of public page is valid HTML, as the Nu checker reads it."""

import urllib.error
import urllib.request

import pytest

from tests.browser.public_pages import KINDS, LANGUAGES
from tools.valid_html import NoChecker, faults

pytestmark = pytest.mark.browser


def fetched(address):
    try:
        answer = urllib.request.urlopen(address, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.read()


def checked(files):
    try:
        return faults(files)
    except NoChecker as error:
        pytest.fail(str(error), pytrace=False)


def test_every_public_page_is_valid(portal, tmp_path):
    files = []
    for name, kind in KINDS.items():
        for language in LANGUAGES:
            files.append(tmp_path / f"{name}-{language}.html")
            files[-1].write_bytes(fetched(portal.address + kind.address(language)))
    assert checked(files) == []


def test_the_checker_sees_a_fault(tmp_path):
    page = tmp_path / "faulty.html"
    page.write_text('<!DOCTYPE html><html lang="nb"><title>x</title><img src="a.png"></html>')
    (fault,) = checked([page])
    assert fault.startswith("faulty.html:1: An “img” element must have an “alt”")
