"""What is wrong with a table that somebody handed in, said to that person."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


class TableError(Exception):
    """The file can't be read as a table at all; `str()` is a sentence in the reader's language."""


@dataclass(frozen=True)
class CellError:
    """What is wrong at one place: `row` as the spreadsheet numbers it, `column` by its letter.

    Without a column it is about the whole row. `message` is a sentence in the reader's language.
    """

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = {"row": self.row, "column": self.column, "message": self.message}
        if not self.column:
            return _("row %(row)d: %(message)s") % place
        return _("row %(row)d, column %(column)s: %(message)s") % place


def column_letter(place: int) -> str:
    """The letters that a spreadsheet puts above column `place` (from 0): A … Z, AA …"""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
