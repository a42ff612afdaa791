"""The organisations that NSO is thought to have, as unconfirmed rows for staff to look through."""

from pathlib import Path

from foundation.intake.reading import Table, read_csv
from memberorgs.models import OrganisationCode
from memberorgs.organisation_table import apply

FILE = Path(__file__).resolve().parent / "data" / "memberorgs.csv"


def load() -> int:
    """Adds those whose code nobody has or had, and returns how many.

    What is there stays as it is, whoever changed it: staff know better than the file.
    """
    table = read_csv(FILE.read_bytes())
    taken = set(OrganisationCode.objects.values_list("code", flat=True))
    place = table.columns.index("id")
    missing = tuple(row for row in table.rows if row.cells[place] not in taken)
    if not missing:
        return 0
    rows = Table(table.columns, missing, table.encoding, table.separator)
    return len(apply(table=rows, by=None).new)
