"""Documents written as e-invoices: values in, the same bytes every time; what cannot be carried is named."""

from vaxel_engine.writing.cii import EN_16931, write_cii
from vaxel_engine.writing.target import Written, claims
from vaxel_engine.writing.ubl import write_ubl

__all__ = ["EN_16931", "Written", "claims", "write_cii", "write_ubl"]
