"""The envelope of an e-invoice, which has none: its sender out of the seller, its recipient out of the buyer."""

import contextlib
import re
import unicodedata
from typing import Any

from stdnum.se import orgnr

from vaxel_engine.identifiers.organisations import normal_norwegian

# Only where the numbering plan tells a mobile from a landline: PTS 1xx/07, Nkom 4 and 9, Traficom 04 and 050.
_MOBILE = re.compile(r"\+(467[02369][0-9]{7}|47[49][0-9]{7}|358(4[0-9]|50)[0-9]{4,8})")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
_NORWEGIAN_NUMBER_SCHEME = "0192"  # ISO 6523 ICD of the Norwegian register of legal entities
_SWEDISH_NUMBER_SCHEME = "0007"  # EAS and ICD: Swedish organisation number


def recipient_of(buyer: dict[str, Any]) -> dict[str, Any]:
    """Return the recipient's fields from the buyer's; what is no usable address is left out, never a reason to reject.

    The language is Swedish for a buyer in Sweden, else English: an e-invoice does not say which its reader wants.
    """
    address: dict[str, Any] = buyer.get("postal_address", {})
    contact: dict[str, Any] = buyer.get("contact", {})
    country = address.get("country_code")
    fields: dict[str, Any] = {"language": "sv" if country == "SE" else "en"}
    if "name" in buyer:
        fields["name"] = buyer["name"]
    if address:
        fields["postal_address"] = address
    number = _organisation_number(buyer)
    if number is not None:
        fields["organisation_number"] = number
    email = contact.get("email", "")
    if _EMAIL.fullmatch(email) and email.isprintable() and "=?" not in email and len(email) <= 120:
        fields["email"] = email
    telephone = re.sub(r"[\s()-]", "", contact.get("telephone", ""))
    if _MOBILE.fullmatch(telephone):
        fields["mobile"] = telephone
    return fields


def _organisation_number(buyer: dict[str, Any]) -> str | None:
    """A Swedish or Norwegian organisation number, from the legal registration or from the electronic address."""
    swedish = buyer.get("postal_address", {}).get("country_code") == "SE"
    legal: dict[str, Any] = buyer.get("legal_registration_identifier", {})
    electronic: dict[str, Any] = buyer.get("electronic_address", {})
    scheme = legal.get("scheme")
    candidates = [legal.get("value")] if scheme == _SWEDISH_NUMBER_SCHEME or (scheme is None and swedish) else []
    if electronic.get("scheme") == _SWEDISH_NUMBER_SCHEME:
        candidates.append(electronic.get("value"))
    for number in candidates:
        if isinstance(number, str) and number.isascii() and orgnr.is_valid(number):
            return number
    for told in (legal, electronic):
        if told.get("scheme") == _NORWEGIAN_NUMBER_SCHEME:
            with contextlib.suppress(ValueError):
                return normal_norwegian(str(told.get("value")))
    return None


def sender_of(seller: dict[str, Any]) -> str | None:
    """The seller's legal registration identifier, else its name in letters, digits and dashes; None without either."""
    registration: dict[str, Any] = seller.get("legal_registration_identifier", {})
    if registration.get("value"):
        return str(registration["value"])
    plain = unicodedata.normalize("NFKD", str(seller.get("name", ""))).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:120] or None
