"""What a recipient opens from a link: their own document, after they have shown who they are."""

from vaxel_portal.application import Doors, portal
from vaxel_portal.bankid import BankId, BankIdSettings

__all__ = ["BankId", "BankIdSettings", "Doors", "portal"]
