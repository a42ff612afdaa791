"""What can be wrong with a document, as sentences for the person who handed it in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MESSAGES: dict[str, _StrPromise] = {
    "empty": _("The document is empty. Choose another file or paste the text."),
    "too_large": _("The file is larger than %(limit)s MB. Save a smaller version and try again."),
    "too_much_text": _(
        "The document holds more than %(limit)s million characters. That is far more than an "
        "action plan; choose the file with the plan alone."
    ),
    "pdf": _(
        "PDF files can't be read exactly enough. Save the document as .docx or paste the text."
    ),
    "old_word": _(
        "This is an old or password-protected Office file. Save it as .docx without a password, "
        "or paste the text."
    ),
    "rtf": _("RTF files can't be read. Save the document as .docx or paste the text."),
    "encrypted": _("The file is protected by a password. Save it without one and try again."),
    "binary": _(
        "This is not a text document. Use .docx, .odt, .html, .md or .txt, or paste the text."
    ),
    "wrong_archive": _(
        "The file is an archive or an Office file of another kind, not a text document. "
        "Use .docx, .odt, .html, .md or .txt, or paste the text."
    ),
    "damaged": _(
        "The file is damaged or cut short. Open it in your word processor, save it anew and "
        "try again, or paste the text."
    ),
    "unsafe_archive": _(
        "The file is packed in a way that ordinary documents are not, so it was not opened. "
        "Save it anew from your word processor, or paste the text."
    ),
    "unsafe_xml": _(
        "The file refers to things outside itself, so it was not opened. "
        "Save it anew from your word processor, or paste the text."
    ),
    "too_hard": _(
        "The document took too much time or memory to read, so the reading was stopped. "
        "Save a simpler version, or paste the text."
    ),
    "two_plans": _(
        "The document holds two plans: %(first)s and %(second)s. Hand in one plan at a time."
    ),
    "no_priorities": _(
        "No priorities were found in the document. They should stand as a list under headings; "
        "look at the document and try again."
    ),
    "no_file": _("The file %(name)s can't be opened: it is missing, a folder or not readable."),
}


class PlanReadError(Exception):
    """A document that can't be read as a plan.

    `code` is a key of `MESSAGES`; `str()` gives the sentence in the active language.
    """

    def __init__(self, code: str, **details: Any) -> None:
        self.code = code
        self.details = details
        super().__init__(code)

    @property
    def message(self) -> str:
        sentence = str(MESSAGES[self.code])
        return sentence % self.details if self.details else sentence

    def __str__(self) -> str:
        return self.message
