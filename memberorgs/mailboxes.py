"""Telling a mailbox that several people read from a person's own address."""

from memberorgs.models import MemberOrganisation

# What stands before the @ of a role's address, and of an organisation's.
ROLE_WORDS = frozenset(
    {
        "leder", "leiar", "nestleder", "nestleiar", "styreleder", "styret", "styre", "au",
        "arbeidsutvalg", "arbeidsutvalget", "post", "postmottak", "kontakt", "info", "hei",
        "sekretariat", "kontor", "administrasjon", "studentparlament", "studentparlamentet",
        "studentting", "studenttinget", "studentorg", "studentrad", "studentradet", "parlament",
        "parlamentet", "sp", "president", "visepresident", "okonomi", "kasserer", "kommunikasjon",
        "fagpolitisk", "velferd", "velferdspolitisk", "leader", "board", "contact", "office",
    }
)  # fmt: skip


def looks_shared(email: str, organisation: MemberOrganisation) -> bool:
    """Whether the address is probably a role's: `leder@…`, `leder.sp@…`, or the mailbox itself."""
    email = email.strip().lower()
    if email == organisation.mailbox.lower():
        return True
    local = email.partition("@")[0].partition("+")[0]
    return local in ROLE_WORDS or local.replace("-", ".").partition(".")[0] in ROLE_WORDS
