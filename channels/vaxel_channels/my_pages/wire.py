"""The words of the customer pages' interface (docs/channels/my_pages.md) and ours, and its signature; pure."""

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import cast

from pydantic_core import to_json

from vaxel_channels.contract import Order, Receipt, Report
from vaxel_channels.exchange import Answer
from vaxel_channels.wording import quoted
from vaxel_engine.artifact import ArtifactKind
from vaxel_ledger.states import Status

DOCUMENT_FORMAT = "vaxel-my-pages/1"

STATES: Mapping[str, Status] = {
    "held": Status.HANDED_OVER,
    "shown": Status.DELIVERED,
    "opened": Status.READ,
    "revoked": Status.CANCELLED,
}
"""The states of a document in the pages; another word is kept raw and is an unknown outcome."""


class Verdict(StrEnum):
    """What an answer that is not a success means to us."""

    REFUSED = "refused"
    NOT_LET_IN = "not let in"
    COME_AGAIN = "come again"
    FAULT = "fault"
    UNKNOWN = "unknown"


VERDICTS: Mapping[int, Verdict] = {
    401: Verdict.NOT_LET_IN,
    403: Verdict.NOT_LET_IN,
    404: Verdict.REFUSED,
    408: Verdict.COME_AGAIN,
    409: Verdict.REFUSED,
    413: Verdict.REFUSED,
    422: Verdict.REFUSED,
    429: Verdict.COME_AGAIN,
}
"""By status; 5xx is a fault, and all else unknown. A refusal needs the interface's own body beside its status."""


def signed(key: bytes, message_id: str, at: dt.datetime, body: bytes) -> dict[str, str]:
    """The headers of a call (Standard Webhooks: HMAC-SHA256 over id, seconds and body)."""
    seconds = str(int(at.timestamp()))
    mark = hmac.new(key, b".".join([message_id.encode(), seconds.encode(), body]), hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{base64.b64encode(mark).decode('ascii')}",
    }


def document(order: Order, customer: str) -> bytes:
    """The body of a push: the same order gives the same bytes."""
    card = _object(order.artifacts[ArtifactKind.CARD].body)
    value: dict[str, object] = {
        "format": DOCUMENT_FORMAT,
        "id": order.key,
        "customer": customer,
        "reference": order.document.reference,
        "kind": order.document.kind.value,
        "at": order.at.isoformat(),
        "card": card,
        "file": {
            "media_type": "application/pdf",
            "data": base64.b64encode(order.artifacts[ArtifactKind.MAILBOX_PDF].body).decode("ascii"),
        },
    }
    return to_json(value)


def receipt(answer: Answer, key: str) -> Receipt | None:
    """The receipt in an answer to a push or a question, None when it is not the interface's success."""
    told = _object(answer.body)
    state = told.get("state")
    if answer.status not in (200, 201) or told.get("id") != key or not isinstance(state, str):
        return None
    return Receipt(status=STATES.get(state, Status.HANDED_OVER), reference=key, raw=answer.body)


def is_absent(answer: Answer) -> bool:
    """Whether the pages say that they do not have the document."""
    return answer.status == 404 and _object(answer.body).get("error") == "unknown_document"


def verdict(answer: Answer) -> Verdict:
    """What an answer that is not a success means; a refusal without the interface's own error is a gateway's."""
    if answer.status >= 500:
        return Verdict.FAULT
    found = VERDICTS.get(answer.status, Verdict.UNKNOWN)
    if found is Verdict.REFUSED and not isinstance(_object(answer.body).get("error"), str):
        return Verdict.UNKNOWN
    return found


def in_their_words(answer: Answer, *, hide: str = "") -> str:
    """The pages' own words, without anything that names a person."""
    told = _object(answer.body)
    error = told.get("error")
    if not isinstance(error, str):
        return answer.outline
    return f"{error[:60]}, {quoted(str(told.get('reason') or ''), hide=(hide,))}"


def known(answer: Answer) -> frozenset[str] | None:
    """The customers that the pages know, None when it is no such answer."""
    listed = _object(answer.body).get("known") if answer.status == 200 else None
    if not isinstance(listed, list):
        return None
    items = cast("list[object]", listed)
    return frozenset(str(item) for item in items) if all(isinstance(item, str) for item in items) else None


def listed(answer: Answer) -> tuple[list[Report], str] | None:
    """A page of the list: what became of documents, and where the next page begins; None when it is no such page."""
    told = _object(answer.body)
    rows, after = told.get("documents"), told.get("next")
    if answer.status != 200 or not isinstance(rows, list) or not isinstance(after, str | None):
        return None
    reports = [_report(cast("dict[str, object]", row)) for row in cast("list[object]", rows) if isinstance(row, dict)]
    return reports, after or ""


def _report(row: dict[str, object]) -> Report:
    key, state = str(row.get("id") or ""), str(row.get("state") or "")
    status = STATES.get(state, Status.OUTCOME_UNKNOWN)
    words = {"opened": "The customer opened it.", "shown": "The customer can see it.", "revoked": "It was taken back."}
    return Report(
        provider="my_pages",
        receipt_id=f"{key}:{state}"[:120],
        status=status,
        key=key,
        at=_moment(row.get("at")),
        reason=words.get(state) or f"The pages say {quoted(state)}.",
        raw=json.dumps(row, sort_keys=True).encode(),
    )


def _moment(value: object) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.utcoffset() is not None else None


def _object(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
