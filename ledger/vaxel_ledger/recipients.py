"""By what a recipient is recognised across documents: an HMAC of each of their identities, and nothing else is kept."""

from collections.abc import Sequence

from vaxel_engine.model import Recipient
from vaxel_ledger.keys import TenantKey
from vaxel_ledger.sealing import bound

IDENTITIES = ("national_id", "organisation_number", "email", "mobile")
"""What names one recipient; a name or a street does not."""


def mark(key: TenantKey, identity: str, value: str) -> str:
    """The mark of one identity, spelled as the model spells it."""
    plain = "".join(value.split()).casefold()
    if identity in ("national_id", "organisation_number"):
        plain = plain.replace("-", "")
    return key.content_hash(bound("recipient", identity, plain))


def marks(key: TenantKey, recipient: Recipient) -> Sequence[str]:
    """The marks of all identities that a document states, the surest first."""
    number = recipient.national_id.value if recipient.national_id else None
    stated = (number, recipient.organisation_number, recipient.email, recipient.mobile)
    return [mark(key, identity, value) for identity, value in zip(IDENTITIES, stated, strict=True) if value is not None]
