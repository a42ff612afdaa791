"""The demo: log-ins, one for each role, with a password of this data folder's own; and content."""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction

from memberorgs.choices import RoleGroup
from memberorgs.models import User
from portal import demo_content
from portal.demo_content import contacts, log, log_volume, organisations, volume

# Easy to read aloud and to type on a phone: no l, o, 0 or 1.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class DemoLogin:
    email: str
    first_name: str
    what: str
    groups: tuple[RoleGroup, ...] = ()
    is_superuser: bool = False


LOGINS = (
    DemoLogin("redaktor@demo.example", "Demoredaktør", "redaktør", (RoleGroup.EDITOR,)),
    DemoLogin("au@demo.example", "Demo-AU", "arbeidsutvalget, publiserer", (RoleGroup.PUBLISHER,)),
    DemoLogin("sekretariat@demo.example", "Demosekretariat", "sekretariatet", (RoleGroup.STAFF,)),
    DemoLogin("innsyn@demo.example", "Demoinnsyn", "innsyn", (RoleGroup.INSIGHT,)),
    DemoLogin("admin@demo.example", "Demoadmin", "alle rettigheter", is_superuser=True),
)
# Some of the people whom `demo_content.organisations` makes, as the start prints them.
MEMBERS = (
    ("leder.fjordvik@demo.example", "leder i Studentparlamentet i Fjordvik"),
    ("forer.fjordvik@demo.example", "kan føre inn for Fjordvik"),
    ("leser.fjordvik@demo.example", "leser i Fjordvik"),
    ("leder.elvestad@demo.example", "leder i Elvestad; også forer., leser. og patroppende."),
    ("leder.bjorkevik@demo.example", "leder i Bjørkevik; også forer. og leser."),
)


def demo_password() -> str:
    """The password of all demo log-ins here; made at the first call, kept in DATA_DIR."""
    if settings.DEMO_MARK.exists():
        return str(settings.DEMO_MARK.read_text(encoding="utf-8").strip())
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
    password = "-".join(groups)
    settings.DEMO_MARK.touch(mode=0o600)
    settings.DEMO_MARK.write_text(password + "\n", encoding="utf-8")
    return password


def make_logins() -> int:
    """Makes the demo log-ins that are missing, and returns how many that were."""
    if not settings.DEMO:
        raise RuntimeError("demo log-ins are made in demo mode only")
    password = demo_password()
    made = 0
    with transaction.atomic():
        present = set(User.objects.values_list("email", flat=True))
        groups = {group.name: group for group in Group.objects.all()}
        for login in LOGINS:
            if login.email in present:
                continue
            user = User.objects.create_user(
                login.email,
                password,
                first_name=login.first_name,
                is_superuser=login.is_superuser,
                is_staff=login.is_superuser,
            )
            user.groups.set([groups[name] for name in login.groups])
            made += 1
    told = [(login.email, login.what) for login in LOGINS] + list(MEMBERS)
    lines = [f"{email}\t{what}\n" for email, what in told]
    (settings.DATA_DIR / "demo-logins.txt").write_text("".join(lines), encoding="utf-8")
    return made


def make_organisations() -> int:
    """Makes the demo's member organisations and their people that are missing; how many of them."""
    return organisations.seed(demo_password())


def make_contacts() -> int:
    """Makes the demo's contacts with made-up parties, where there are none; how many of them."""
    return contacts.seed()


def make_entries() -> int:
    """Makes the demo's other entries of the log, where there are none; how many of them."""
    return log.seed()


def make_many_organisations(count: int) -> int:
    """Makes what is missing of `count` organisations beside the demo's own, for tests of size."""
    if not settings.DEMO:
        raise RuntimeError("demo organisations are made in demo mode only")
    return volume.fill_organisations(count)


def fill_log(years: int) -> int:
    """Fills the logs of those organisations with entries of `years` years; how many it made."""
    return log_volume.fill_log(years=years)


def seed_content() -> demo_content.Outcome:
    """Fills an empty plan with demo content, told as the demo editors' own work."""
    return demo_content.seed()
