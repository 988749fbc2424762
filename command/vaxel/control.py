"""The sender's control totals, as they are stated beside a file, and what became of a batch that differs from them."""

from collections.abc import Iterable
from decimal import Decimal

from vaxel_engine.errors import Refused
from vaxel_engine.intake.control_totals import ControlTotals, amount, currency, whole_number
from vaxel_ledger import Ledger
from vaxel_ledger.holding import TOTALS_DIFFER


def stated(documents: str | None, sums: Iterable[str]) -> ControlTotals | None:
    """The totals of `--control-documents` and `--control-sum`; None where there are none.

    Raises:
        Refused: one of them is nothing to compare with.
    """
    by_currency: dict[str, Decimal] = {}
    try:
        for one in sums:
            name, _, said = one.partition("=")
            by_currency[currency(name.strip())] = amount(said.strip())
        number = None if documents is None else whole_number(documents)
    except ValueError as error:
        raise Refused(f"what was stated beside the file {error}") from error
    return ControlTotals(number, by_currency) if number is not None or by_currency else None


def held_by_totals(ledger: Ledger, batch_id: str) -> str | None:
    """Why a batch is held because its sender's totals differ; None where it is not."""
    why = next((one.hold for one in ledger.batches() if one.batch_id == batch_id), None)
    return why if why is not None and why.startswith(TOTALS_DIFFER) else None
