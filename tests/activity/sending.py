"""Filling in the forms of the log over HTTP."""

import re

from django.utils import timezone

from activity.models import Entry

LOG = "/medlem/fjordvik/logg/"


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def today():
    return f"{timezone.localdate():%d.%m.%Y}"


def send(client, kind, **values):
    """The answer to a new one of that kind, on the day `day` or today."""
    page = client.get(f"{LOG}ny/{kind}/").content.decode()
    data = {
        "day": today(),
        "submission_key": hidden(page, "submission_key"),
        "draft_version": hidden(page, "draft_version"),
    }
    return client.post(f"{LOG}ny/{kind}/", data | values)


def logged(client, kind, **values):
    """The entry that came of it."""
    answer = send(client, kind, **values)
    assert answer.status_code == 302, answer.content.decode()
    return Entry.objects.get(pk=int(answer.url.split("/")[-3]))


def change(client, entry, **values):
    """The answer to putting `entry` right: `values` beside what is sent."""
    address = f"{LOG}{entry.log_kind}/{entry.pk}/endre/"
    page = client.get(address).content.decode()
    return client.post(address, {"opened": hidden(page, "opened"), **values})


def told(page):
    """Labels and values of the first list of a page."""
    found = re.search(r'<dl class="dl">(.*?)</dl>', page, re.DOTALL)[1]
    rows = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", found, re.DOTALL)
    return {label: re.sub(r"<[^>]+>", "", value).replace("\xa0", " ") for label, value in rows}
