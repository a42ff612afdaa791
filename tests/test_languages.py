"""The interface says the same in three languages, each in its own words."""

import ast
import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import allauth.account
import allauth.mfa
import django
import polib
import pytest
import wagtail
from allauth.account import forms
from django import forms as plain
from django.conf import settings
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    password_validators_help_texts,
)
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import formats, translation

from memberorgs import library_words
from memberorgs.choices import RoleGroup
from portal import admin_words
from priorities.templatetags.facts import amount
from tests.factories import UserFactory
from tools.check_messages import LANGUAGES

ROOT = Path(__file__).resolve().parents[1]
PLACEHOLDER = re.compile(r"%%|%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>")
WORD = re.compile(r"\w+")
# Written in bokmål and never in nynorsk.
BOKMÅL = set(
    """
    bare begrunnelse bilde bilder deres dere en endret ennå enten et filen finnes flere
    forsiden fortsatt fra ganger gjør gjøre hun hva hvem hver hvilke hvilken hvis hvor hvordan
    hvorfor ikke jeg kilde kilder kommer lenke lenker mappen medlemslagene mer mye navn noe noen
    nyheter nå prioriteringen prioriteringer rettelse rettelser sier tall uten vedtatt være
    vært
    """.split()  # noqa: SIM905
)
# Some sentences are the same in both.
ENOUGH_OF_ITS_OWN = 0.8


def catalogue(code):
    return polib.pofile(str(ROOT / f"locale/{code}/LC_MESSAGES/django.po"))


def said(entry):
    return [entry.msgstr] if not entry.msgid_plural else list(entry.msgstr_plural.values())


def placeholders(text):
    return sorted(PLACEHOLDER.findall(text))


def test_the_settings_offer_no_language_without_a_catalogue():
    assert {code for code, _ in settings.LANGUAGES} <= set(LANGUAGES)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_message_is_said_and_none_is_a_guess(code):
    messages = catalogue(code)
    assert messages.metadata["Language"] == code
    assert messages.metadata["Plural-Forms"] == "nplurals=2; plural=(n != 1);"
    assert messages.fuzzy_entries() == []
    assert messages.obsolete_entries() == []
    for entry in messages:
        assert len(said(entry)) == (2 if entry.msgid_plural else 1), entry.msgid
        assert all(text.strip() for text in said(entry)), entry.msgid


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_catalogues_hold_the_same_messages(code):
    def keys(of):
        return {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in catalogue(of)}

    assert keys(code) == keys("nb")


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_gap_is_filled_with_what_the_message_gives(code):
    """In the singular, a language may say "one" in letters."""
    for entry in catalogue(code):
        given = [placeholders(text) for text in (entry.msgid, entry.msgid_plural) if text]
        for text in said(entry):
            assert placeholders(text) in given, (entry.msgid, text)
        if entry.msgid_plural:
            assert placeholders(entry.msgstr_plural[1]) == given[1], entry.msgid


def test_nynorsk_is_no_copy_of_bokmål():
    other = {entry.msgid: said(entry) for entry in catalogue("nb")}
    long, same = 0, []
    for entry in catalogue("nn"):
        if len(WORD.findall(entry.msgid)) > 3:
            long += 1
            if said(entry) == other[entry.msgid]:
                same.append(entry.msgid)
    assert len(same) < (1 - ENOUGH_OF_ITS_OWN) * long, same


def test_no_word_of_bokmål_strays_into_nynorsk():
    for entry in catalogue("nn"):
        for text in said(entry):
            quoted = re.sub(r"«[^»]*»|`[^`]*`|%\(\w+\)s|<[^>]+>|--\S+", " ", text)
            assert not BOKMÅL & set(WORD.findall(quoted.lower())), text


def words_in(module):
    """The messages in library_words.py or admin_words.py, as they stand there."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            yield from (argument.value for argument in call.args[:2])


def test_every_word_of_a_library_is_still_said_there():
    """A new version may say it otherwise; then ours falls silent and the reader gets English."""
    inside = {
        django: [
            "forms/fields.py",
            "forms/models.py",
            "core/validators.py",
            "contrib/auth/password_validation.py",
        ],
        allauth.account: ["forms.py", "fields.py", "adapter.py"],
        allauth.mfa: ["adapter.py", "totp/forms.py"],
        wagtail: ["forms.py", "models/pages.py", "templates/wagtailcore/password_required.html"],
    }
    written = "\n".join(
        (Path(library.__file__).parent / name).read_text(encoding="utf-8")
        for library, names in inside.items()
        for name in names
    )
    source = re.sub(r'"\s+"', "", written)
    found = list(words_in(library_words))
    assert len(found) > 30
    for message in found:
        assert f'"{message}"' in source or f"'{message}'" in source, message


@pytest.mark.parametrize(
    ("code", "empty", "labels", "again"),
    [
        (
            "nb",
            "Feltet må fylles ut.",
            ["Passordet du har nå", "Nytt passord", "Nytt passord en gang til"],
            "Skriv det samme passordet begge gangene.",
        ),
        (
            "nn",
            "Feltet må fyllast ut.",
            ["Passordet du har no", "Nytt passord", "Nytt passord ein gong til"],
            "Skriv det same passordet begge gongene.",
        ),
        (
            "en",
            "Fill in this field.",
            ["Your password now", "New password", "New password once more"],
            "Type the same password both times.",
        ),
    ],
)
def test_the_forms_of_the_log_in_speak_the_language(code, empty, labels, again):
    with translation.override(code):
        log_in = forms.LoginForm({})
        assert log_in.errors == {"login": [empty], "password": [empty]}
        change = forms.ChangePasswordForm(
            data={"password1": "ei lang og god setning", "password2": "b"}
        )
        assert [str(bound.label) for bound in change] == labels
        assert again in change.errors["password2"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("prefix", "told"),
    [
        ("", "E-postadressen eller passordet er feil."),
        ("/nn", "E-postadressa eller passordet er feil."),
        ("/en", "The e-mail address or the password is wrong."),
    ],
)
def test_a_wrong_log_in_is_told_in_the_language_of_the_address(client, prefix, told):
    response = client.post(
        f"{prefix}/konto/logg-inn/", {"login": "ida@demo.example", "password": "feil"}
    )
    assert told in response.content.decode()


def errors_of(check, *args):
    with pytest.raises(ValidationError) as caught:
        check(*args)
    return caught.value.messages


@pytest.mark.parametrize(
    ("code", "short", "common", "needs"),
    [
        (
            "nb",
            "Passordet er for kort. Det må ha minst 12 tegn.",
            "Passordet er for vanlig.",
            "Passordet må ha minst 12 tegn.",
        ),
        (
            "nn",
            "Passordet er for kort. Det må ha minst 12 teikn.",
            "Passordet er for vanleg.",
            "Passordet må ha minst 12 teikn.",
        ),
        (
            "en",
            "The password is too short. It needs at least 12 characters.",
            "The password is too common.",
            "The password needs at least 12 characters.",
        ),
    ],
)
def test_what_a_password_needs_is_said_in_the_language(code, short, common, needs):
    with translation.override(code):
        assert errors_of(MinimumLengthValidator(12).validate, "kort") == [short]
        assert errors_of(CommonPasswordValidator().validate, "password1234") == [common]
        assert needs in password_validators_help_texts()


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("nb", "DATE_FORMAT", "4. mai 2026"),
        ("nn", "DATE_FORMAT", "4. mai 2026"),
        ("en", "DATE_FORMAT", "4 May 2026"),
        ("nb", "MONTH_DAY_FORMAT", "4. mai"),
        ("nn", "MONTH_DAY_FORMAT", "4. mai"),
        ("en", "MONTH_DAY_FORMAT", "4 May"),
        ("nb", "SHORT_DATE_FORMAT", "04.05.2026"),
        ("nn", "SHORT_DATE_FORMAT", "04.05.2026"),
        ("en", "SHORT_DATE_FORMAT", "04/05/2026"),
        ("nb", "DATETIME_FORMAT", "4. mai 2026 14.05"),
        ("nn", "DATETIME_FORMAT", "4. mai 2026 14.05"),
        ("en", "DATETIME_FORMAT", "4 May 2026 14:05"),
    ],
)
def test_dates_are_written_as_the_language_writes_them(code, name, expected):
    with translation.override(code):
        day = Context({"day": datetime(2026, 5, 4, 14, 5)})  # noqa: DTZ001
        assert Template(f'{{{{ day|date:"{name}" }}}}').render(day) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [("nb", "1.\xa0nov.\xa02026"), ("nn", "1.\xa0nov.\xa02026"), ("en", "1\xa0Nov\xa02026")],
)
def test_narrow_dates_shorten_the_month(code, expected):
    with translation.override(code):
        assert formats.date_format(date(2026, 11, 1), "BRIEF_DATE_FORMAT") == expected


@pytest.mark.parametrize(
    ("code", "expected"), [("nb", "12\xa0345,5"), ("nn", "12\xa0345,5"), ("en", "12,345.5")]
)
def test_numbers_are_written_as_the_language_writes_them(code, expected):
    with translation.override(code):
        assert amount(Decimal("12345.50")) == expected


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_admin_understands_the_dates_that_it_writes(code):
    at = datetime(2026, 12, 1, 14, 5)  # noqa: DTZ001
    with translation.override(code):
        day = plain.DateField().to_python(at.strftime(settings.WAGTAIL_DATE_FORMAT))
        moment = plain.DateTimeField().to_python(at.strftime(settings.WAGTAIL_DATETIME_FORMAT))
    assert day == at.date()
    assert moment.replace(tzinfo=None) == at


def test_no_template_spells_out_a_date_with_a_month_in_words():
    """Such a date is right in one language and wrong in another; portal/formats names them."""
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            for asked in re.findall(
                r"(?:date:|now )\"([^\"]+)\"", path.read_text(encoding="utf-8")
            ):
                spelled = not asked.endswith("_FORMAT") and re.search(r"[FMNEb]|[jd]\.", asked)
                assert not spelled, f"{path.relative_to(ROOT)}: {asked}"


def test_every_word_of_the_admin_is_still_said_there():
    """The same for what editors meet: a new version of Wagtail may say it otherwise."""
    said_there = {
        message
        for file in Path(wagtail.__file__).parent.glob("**/locale/en/LC_MESSAGES/django.po")
        for entry in polib.pofile(str(file))
        for message in (entry.msgid, entry.msgid_plural)
    }
    ours = list(words_in(admin_words))
    assert len(ours) > 100
    assert [word for word in ours if word not in said_there] == []


@pytest.mark.django_db
def test_what_the_admin_says_in_the_browser_is_norwegian(client):
    client.force_login(UserFactory(role=RoleGroup.EDITOR))
    told = client.get("/admin/jsi18n/").content.decode()
    assert '"Collapse all": "Skjul alle"' in told
    assert '"Translate": "Oversett"' in told
