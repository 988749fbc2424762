"""LINK Mobility's words and ours: a text becomes JSON, an answer a receipt, a call-back a report; pure."""

import csv
import datetime as dt
import json
import re
from collections.abc import Mapping
from importlib import resources
from typing import cast

from vaxel_channels.contract import Receipt, Report
from vaxel_channels.exchange import Answer
from vaxel_channels.text_gateway import Verdict
from vaxel_channels.wording import quoted
from vaxel_ledger.states import Status

_ROWS = list(
    csv.DictReader(
        resources.files("vaxel_channels.link_mobility")
        .joinpath("result_codes.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
)
STATUSES: Mapping[int, Status] = {int(row["code"]): Status(row["status"]) for row in _ROWS}
"""What a result code means (SMS REST API 1.18); 2103 is left out, since the document does not say that it is final."""

MEANINGS: Mapping[int, str] = {int(row["code"]): row["meaning"] for row in _ROWS}

_PART = re.compile(r"(?P<message>.{1,100})\$(?P<part>\d{1,3})")
_KEY = re.compile(r"[0-9a-f]{64}")


VERDICTS: Mapping[int, Verdict] = {
    106000: Verdict.UNKNOWN,
    106100: Verdict.NOT_LET_IN,
    106101: Verdict.NOT_LET_IN,
    106200: Verdict.NOT_LET_IN,
    106201: Verdict.NOT_LET_IN,
    106202: Verdict.NOT_LET_IN,
    106300: Verdict.NOT_LET_IN,
    106301: Verdict.COME_AGAIN,
    400: Verdict.REFUSED,
    408: Verdict.COME_AGAIN,
    429: Verdict.COME_AGAIN,
    4: Verdict.NOT_LET_IN,
}
"""By result code, else by HTTP status, else by its first digit. Documented statuses: 200, 204, 400, 401, 403. A 4xx
that is not documented comes from the address or a gateway rather than from this text, and never makes it paper."""


def request(
    *, source: str, source_type: str, to: str, text: str, platform: str, partner: str, gate: str, key: str
) -> bytes:
    """The body of `/sms/send`; `refId` carries our key, so that a report names its hand-over whatever was answered.

    `ignoreResponse` must be said to be false: its default is an answer without an id.
    """
    value: dict[str, object] = {
        "source": source,
        "sourceTON": source_type,
        "destination": to,
        "userData": text,
        "platformId": platform,
        "platformPartnerId": partner,
        "useDeliveryReport": bool(gate),
        "refId": key,
        "ignoreResponse": False,
    }
    if gate:
        value["deliveryReportGates"] = [gate]
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def receipt(answer: Answer) -> Receipt | None:
    """The receipt in an answer, None when it is not a documented success."""
    if answer.status == 204:  # taken without an id, as if `ignoreResponse` had not been heard
        return Receipt(status=Status.HANDED_OVER, reference=None, raw=b"204")
    told = _object(answer.body) if answer.status == 200 else {}
    name, code = told.get("messageId"), told.get("resultCode")
    if not isinstance(name, str) or not name or not isinstance(code, int):
        return None
    status = STATUSES.get(code, Status.HANDED_OVER)
    if status is Status.OUTCOME_UNKNOWN:
        status = Status.HANDED_OVER  # whatever its state is called, a text that has an id was handed over
    return Receipt(status=status, reference=name, raw=answer.body)


def verdict(answer: Answer) -> Verdict:
    """What an answer that is not a success means; an error of LINK Mobility is JSON with a result code."""
    code = _object(answer.body).get("resultCode")
    if isinstance(code, int):
        if code in VERDICTS:
            return VERDICTS[code]
        if STATUSES.get(code) is Status.FAILED:
            return Verdict.REFUSED
    if answer.media_type == "text/html" and answer.status not in (401, 403, 408, 429):
        return Verdict.UNKNOWN
    return VERDICTS.get(answer.status, VERDICTS.get(answer.status // 100, Verdict.UNKNOWN))


def in_their_words(answer: Answer, *, hide: str = "") -> str:
    """LINK Mobility's own words, without anything that names a person."""
    told = _object(answer.body)
    words = next((one for name in _WORDS if isinstance(one := told.get(name), str)), "")
    code = told.get("resultCode")
    status = answer.outline + (f", code {code}" if isinstance(code, int) else "")
    return f"{status}, {quoted(words, hide=(hide, hide.lstrip('+')))}" if words else status


_WORDS = ("translatedDescription", "description")


def read_report(body: bytes) -> Report:
    """The delivery report in a call-back: JSON with `refId`, `id` and `resultCode`, one for each part of a long text.

    A long text is delivered when its last part is: `segments` says how many there are, `id` ends in `$n` from `$0`.

    Raises:
        ValueError: it is not a delivery report; the text holds nothing of it.
    """
    told = _object(body)
    name, code, reference = told.get("id"), told.get("resultCode"), told.get("refId")
    if not isinstance(name, str) or not 0 < len(name) <= 110 or not isinstance(code, int) or isinstance(code, bool):
        raise ValueError("lacks `id` or `resultCode`")
    status = STATUSES.get(code, Status.OUTCOME_UNKNOWN)
    part = _PART.fullmatch(name)
    segments = told.get("segments")
    if part and status is Status.DELIVERED and isinstance(segments, int) and int(part["part"]) < segments - 1:
        status = Status.HANDED_OVER
    reason = None
    if code not in STATUSES:
        reason = f"LINK Mobility reported the code {code}, of which its documentation does not say what follows."
    elif status in (Status.FAILED, Status.OUTCOME_UNKNOWN):
        reason = f"LINK Mobility reported: {MEANINGS[code]} (code {code})."
    return Report(
        provider="sms",
        receipt_id=f"{name}:{code}",
        status=status,
        key=reference if isinstance(reference, str) and _KEY.fullmatch(reference) else None,
        reference=part["message"] if part else name,
        at=_moment(told.get("timestamp")),
        reason=reason,
        raw=body,
    )


def _moment(value: object) -> dt.datetime | None:
    """A moment where the text says its zone; the document does not say what one without means."""
    try:
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _object(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
