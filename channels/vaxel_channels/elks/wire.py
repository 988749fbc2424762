"""46elks' words and ours: a text becomes a form, an answer a receipt, a call-back a report; pure."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import cast
from urllib.parse import parse_qsl, urlencode

from vaxel_channels.contract import Receipt, Report
from vaxel_channels.exchange import Answer
from vaxel_channels.text_gateway import Verdict
from vaxel_channels.wording import quoted
from vaxel_ledger.states import Status

STATUSES: Mapping[str, Status] = {
    "created": Status.HANDED_OVER,
    "sent": Status.HANDED_OVER,
    "delivered": Status.DELIVERED,
    "failed": Status.FAILED,
}
"""46elks' states of a text (46elks.com/docs, read 2026-11-22); another word is kept raw and is an unknown outcome."""


VERDICTS: Mapping[int, Verdict] = {
    4: Verdict.REFUSED,
    401: Verdict.NOT_LET_IN,
    402: Verdict.NOT_LET_IN,
    403: Verdict.NOT_LET_IN,
    404: Verdict.NOT_LET_IN,
    405: Verdict.NOT_LET_IN,
    408: Verdict.COME_AGAIN,
    429: Verdict.COME_AGAIN,
}
"""By status, else by its first digit. 46elks publishes no list of codes: only 401 is documented. What can come from the
account or the address rather than from this text is taken for that, so that it never turns texts into paper."""


def form(*, sender: str, to: str, text: str, report_url: str, keep_text: bool) -> bytes:
    """The request body: the same values give the same bytes."""
    fields = [("from", sender), ("to", to), ("message", text)]
    if report_url:
        fields.append(("whendelivered", report_url))
    if not keep_text:
        fields.append(("dontlog", "message"))
    return urlencode(fields).encode("ascii")


def receipt(answer: Answer) -> Receipt | None:
    """The receipt in an answer, None when it is not the documented success (a JSON object with an id).

    Whatever its state is called, a text that has an id was handed over.
    """
    told = _object(answer.body) if answer.status == 200 else {}
    name = told.get("id")
    if not isinstance(name, str) or not name:
        return None
    status = STATUSES.get(str(told.get("status")), Status.HANDED_OVER)
    return Receipt(status=status, reference=name, raw=answer.body)


def verdict(answer: Answer) -> Verdict:
    """What an answer that is not a success means; an error of 46elks is plain text, a web page is a gateway's."""
    if answer.media_type == "text/html" and answer.status not in (401, 408, 429):
        return Verdict.UNKNOWN
    return VERDICTS.get(answer.status, VERDICTS.get(answer.status // 100, Verdict.UNKNOWN))


def in_their_words(answer: Answer, *, hide: str = "") -> str:
    """46elks' own words, without anything that names a person."""
    if answer.media_type != "text/plain":
        return answer.outline
    return f"status {answer.status}, {quoted(answer.body.decode('utf-8', 'replace'), hide=(hide, hide.lstrip('+')))}"


def read_report(body: bytes) -> Report:
    """The report in a call-back: `id`, `status` and, once delivered, `delivered` in UTC without saying so.

    Raises:
        ValueError: it is not a delivery report; the text holds nothing of it.
    """
    try:
        told = dict(parse_qsl(body.decode("ascii"), strict_parsing=True, max_num_fields=20))
    except ValueError:
        raise ValueError("is not a form") from None
    name, word = told.get("id", ""), told.get("status", "")
    if not name or not word or len(name) > 100:
        raise ValueError("lacks `id` or `status`")
    status = STATUSES.get(word, Status.OUTCOME_UNKNOWN)
    reason = None
    if status is Status.OUTCOME_UNKNOWN:
        reason = f"46elks reported {quoted(word)}, a state that its documentation does not name."
    elif status is Status.FAILED:
        reason = "46elks reported that the text could not be delivered."
    return Report(
        provider="sms",
        receipt_id=f"{name}:{word}"[:120],
        status=status,
        reference=name,
        at=_moment(told.get("delivered")),
        reason=reason,
        raw=body,
    )


def _moment(text: str | None) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment


def _object(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
