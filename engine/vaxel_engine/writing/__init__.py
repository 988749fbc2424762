"""Documents written as e-invoices: values in, the same bytes every time; what cannot be carried is named."""

from vaxel_engine.writing.cii import write_cii
from vaxel_engine.writing.target import Written
from vaxel_engine.writing.ubl import write_ubl

__all__ = ["Written", "write_cii", "write_ubl"]
