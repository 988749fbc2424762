"""How Digipost names a recipient: by number, else, where the sender wants it, by name and address; pure."""

from dataclasses import dataclass, field
from enum import StrEnum
from xml.sax.saxutils import escape

from vaxel_engine.model import Recipient

NAME, LINE, POST_CODE, CITY = 130, 100, 10, 80  # characters, schema v8 name, addressline, zip-code, city


class Way(StrEnum):
    """The element that names the recipient, in an identification as in a message (schema v8)."""

    PERSON = "personal-identification-number"
    ORGANISATION = "organisation-number"
    NAME_AND_ADDRESS = "name-and-address"


@dataclass(frozen=True, slots=True)
class Addressee:
    """One recipient in Digipost's form."""

    way: Way
    inner: str = field(repr=False)
    """What stands inside the element."""
    private: str = field(repr=False)
    """What must never show of them, a line each: kept as the consignment's address."""

    @property
    def element(self) -> str:
        """The whole element."""
        return f"<{self.way}>{self.inner}</{self.way}>"


def addressee(recipient: Recipient, *, by_name: bool) -> Addressee | None:
    """A Norwegian personal number, else a Norwegian organisation number, else `by_name` name and address in Norway."""
    person, organisation = recipient.national_id, recipient.organisation_number
    if person is not None and person.country_code == "NO":
        return Addressee(Way.PERSON, person.value, person.value)
    if organisation is not None and len(organisation) == 9:  # ten digits are Swedish
        return Addressee(Way.ORGANISATION, organisation, organisation)
    return _by_name(recipient) if by_name else None


def _by_name(recipient: Recipient) -> Addressee | None:
    address = recipient.postal_address
    lines = [line for line in (address.line_1, address.line_2) if line] if address is not None else []
    if address is None or address.country_code != "NO" or not lines or not address.post_code or not address.city:
        return None
    told = [("fullname", recipient.name, NAME), *((f"addressline{n}", line, LINE) for n, line in enumerate(lines, 1))]
    told += [("postalcode", address.post_code, POST_CODE), ("city", address.city, CITY)]
    inner = "".join(f"<{name}>{one_line(words, longest)}</{name}>" for name, words, longest in told)
    return Addressee(Way.NAME_AND_ADDRESS, inner, "\n".join([recipient.name, *lines]))


def one_line(words: str, longest: int) -> str:
    """Words as XML holds them: one line, without control characters, no longer than the schema allows."""
    plain = " ".join("".join(ch if ch.isprintable() else " " for ch in words).split())
    return escape(plain[:longest].rstrip())
