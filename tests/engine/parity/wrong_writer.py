"""Writers that do not say what the document says: what parity has to stop."""

from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.sms import text


def another_amount(rendering: Rendering) -> bytes:
    """An SMS whose amount is another one."""
    said = text(rendering)
    amount = rendering.facts.to_pay
    assert amount is not None
    assert amount.amount is not None
    return rendering.emit("sms", said.replace(amount.amount.replace("\u00a0", " "), "1,00 kr")).encode()


def one_amount_more(rendering: Rendering) -> bytes:
    """An SMS that says the right amount, and one digit off as well."""
    said = text(rendering)
    amount = rendering.facts.to_pay
    assert amount is not None
    assert amount.amount is not None
    right = amount.amount.replace("\u00a0", " ")
    return rendering.emit("sms", f"{said} {right.replace(right[0], '9', 1)}").encode()
