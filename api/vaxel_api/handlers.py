"""What each operation does, once it is known who asks."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

from flask import Response, request, stream_with_context

from vaxel_api.asking import Asking, body, idempotency_key
from vaxel_api.problems import Problem
from vaxel_api.shapes import BatchShape, LeftShape, MovedShape
from vaxel_channels.routing.telling import tell
from vaxel_channels.routing.words import BY_NAME, SPOKEN
from vaxel_engine.artifact import MEDIA_TYPES, ArtifactKind
from vaxel_engine.errors import Misconfigured, Refused, Unreadable, Unrenderable
from vaxel_engine.intake import read
from vaxel_engine.intake.control_totals import ControlTotals, amount, currency, whole_number
from vaxel_engine.model import Document
from vaxel_ledger import api_requests, event_stream
from vaxel_ledger.api_requests import Known
from vaxel_ledger.holding import Done, Target

MEDIA = {"csv": "text/csv; charset=utf-8", "json": "application/json", "xml": "application/xml; charset=utf-8"}
MOST_EVENTS = 1_000
_FILE_NAME = re.compile(r"[\w][\w .()+-]{0,99}")

_in_hand: set[tuple[str, str, str]] = set()
_turn = threading.Lock()


def render(asking: Asking) -> Response:
    """Render the one document of the body; nothing is kept."""
    kind = _kind(request.args.get("kind", ArtifactKind.MAILBOX_PDF.value))
    with body(asking.desk.body_cap, _file_name()) as (path, _):
        document = _only_document(asking, path)
    try:
        artifact = asking.desk.render(document, kind, asking.sender)
    except Unrenderable as error:
        raise Problem(422, str(error)) from error
    return Response(artifact.body, content_type=artifact.media_type, headers={"Content-Disposition": "inline"})


def send(asking: Asking) -> Response:
    """Accept the file of the body, durable when it is answered; a worker hands its documents over."""
    key, name, held, totals = idempotency_key(), _file_name(), _flag("hold"), _totals()
    desk, sender, tenant = asking.desk, asking.sender, asking.desk.tenant
    hold = (tenant, sender, key)
    with body(desk.body_cap, name) as (path, digest):
        with _turn:
            if hold in _in_hand:
                raise Problem(
                    409,
                    "a request with this Idempotency-Key is being worked on; repeat it in a second to hear its answer",
                    headers={"Retry-After": "1"},
                )
            _in_hand.add(hold)
        try:
            with desk.ledger.writing() as connection:
                begun = api_requests.begin(connection, tenant, sender, key, digest, at=desk.clock())
            if begun.known is Known.OTHER:
                raise Problem(
                    422,
                    "this Idempotency-Key was used for another body; give each file a key of its own, "
                    "and repeat a request with the same bytes",
                )
            if begun.known is Known.SAME and begun.batch_id is not None:
                return _batch(asking, begun.batch_id, 202, {"Idempotent-Replayed": "true"})
            batch_id = _take_in(asking, path, key, hold=held, totals=totals)
        finally:
            with _turn:
                _in_hand.discard(hold)
    return _batch(asking, batch_id, 202, {})


def batch(asking: Asking, batch_id: str) -> Response:
    """How a batch stands."""
    return _batch(asking, asking.batch(batch_id).batch_id, 200, {})


def report(asking: Asking, batch_id: str, form: str | None = None) -> Response:
    """What became of each record of a batch, in the form of the suffix, or of what the client accepts."""
    line, desk = asking.batch(batch_id), asking.desk
    if form is None:
        best = request.accept_mimetypes.best_match([media.partition(";")[0] for media in MEDIA.values()], "text/csv")
        form = next(name for name, media in MEDIA.items() if media.startswith(best))
    if form not in MEDIA:
        raise Problem(404, f"a report is not written as {form[:20]!r}; ask for {', '.join(MEDIA)}")
    pieces = desk.reports[form](line, desk.ledger.counts(batch_id), desk.ledger.report_lines(batch_id))
    encoded: Iterator[bytes] = (piece.encode() for piece in pieces)
    return Response(stream_with_context(encoded), content_type=MEDIA[form])


def document(asking: Asking, document_id: str) -> Response:
    """Everything that decided what became of a document, and the same told in a language."""
    wanted = request.args.get("language", "en")
    language = BY_NAME.get(wanted)
    if language is None:
        raise Problem(400, f"decisions are not told in {wanted[:20]!r}; ask for {', '.join(SPOKEN)}")
    why = asking.desk.ledger.why(asking.own(document_id))
    return _json({**why.as_json(), "told": tell(why, language).as_json()})


def artifact(asking: Asking, document_id: str, kind: str) -> Response:
    """An artifact as it was handed over."""
    wanted = _kind(kind)
    try:
        content = asking.desk.ledger.artifact(asking.own(document_id), wanted)
    except LookupError as error:
        raise Problem(404, f"no {wanted.value} was made of this document; its report lists what was") from error
    except Unreadable as error:
        raise Problem(410, str(error)) from error
    return Response(content, content_type=MEDIA_TYPES[wanted])


def events(asking: Asking) -> Response:
    """What happened after a number, to this sender's batches."""
    after, limit = _number("after", 0, 0, 2**62), _number("limit", 100, 1, MOST_EVENTS)
    desk = asking.desk
    found = event_stream.after(desk.ledger.engine, desk.tenant, after, limit, sender=asking.sender)
    return _json({"events": [one.as_json() for one in found], "next": found[-1].seq if found else after})


def _take_in(asking: Asking, path: Path, key: str, *, hold: bool, totals: ControlTotals | None) -> str:
    desk, sender = asking.desk, asking.sender
    try:
        accepted = desk.take_in(path, sender, hold, totals)
    except Refused as error:
        raise Problem(409, str(error)) from error
    except (Unreadable, Misconfigured) as error:
        with desk.ledger.writing() as connection:
            api_requests.give_up(connection, desk.tenant, sender, key)
        if isinstance(error, Misconfigured):
            raise Problem(503, f"nothing can be accepted at this moment: {error}") from error
        raise Problem(422, str(error)) from error
    with desk.ledger.writing() as connection:
        api_requests.finish(connection, desk.tenant, sender, key, accepted.batch_id)
    return accepted.batch_id


def hold(asking: Asking, batch_id: str | None = None, document_id: str | None = None) -> Response:
    """Let nothing more leave of a batch or a document."""
    target = _target(asking, batch_id, document_id)
    return _moved(asking.desk.ledger.hold(target, "held by its sender, over HTTP", actor="sender"))


def release(asking: Asking, batch_id: str | None = None, document_id: str | None = None) -> Response:
    """Let what is held go on."""
    target, despite_totals = _target(asking, batch_id, document_id), _flag("despite_totals")
    try:
        return _moved(asking.desk.ledger.release(target, despite_totals=despite_totals, actor="sender"))
    except Refused as error:
        raise Problem(409, str(error)) from error


def cancel(asking: Asking, batch_id: str | None = None, document_id: str | None = None) -> Response:
    """Cancel what has not left; a worker asks providers for what they hold."""
    return _moved(asking.desk.ledger.call_off(_target(asking, batch_id, document_id), actor="sender"))


def _target(asking: Asking, batch_id: str | None, document_id: str | None) -> Target:
    if batch_id is not None:
        return Target.batch(asking.batch(batch_id).batch_id)
    return Target.document(asking.own(document_id or ""))


def _moved(done: Done) -> Response:
    shape = MovedShape(
        moved=done.moved,
        left=tuple(
            LeftShape(document=one.reference, document_id=one.document_id, state=one.state.value) for one in done.left
        ),
        left_in_all=done.left_in_all,
        asked_back=done.asked_back,
    )
    return Response(shape.model_dump_json(), content_type="application/json")


def _batch(asking: Asking, batch_id: str, status: int, headers: dict[str, str]) -> Response:
    ledger, line = asking.desk.ledger, asking.batch(batch_id)
    shape = BatchShape.model_validate(
        {
            "batch": batch_id,
            "file": line.source_name,
            "state": line.state.value,
            "held": line.hold,
            "accepted_at": line.created_at,
            "went": [
                {"channel": way.channel, "status": way.status.value, "documents": way.documents}
                for way in ledger.went(batch_id)
            ],
            "waits": [
                {"reason": why.reason, "documents": why.documents, "next_due": why.next_due}
                for why in ledger.waits(batch_id)
            ],
            **ledger.counts(batch_id).as_json(),
        }
    )
    location = {"Location": f"/batches/{batch_id}"}
    return Response(
        shape.model_dump_json(by_alias=True), status, {**location, **headers}, content_type="application/json"
    )


def _only_document(asking: Asking, path: Path) -> Document:
    try:
        with read(path) as reading:
            found = [document for _, document in zip(range(2), reading, strict=False)]
            rejections = list(reading.rejections)
    except Unreadable as error:
        raise Problem(422, str(error)) from error
    if rejections:
        raise Problem(422, rejections[0].sentence)
    if len(found) != 1:
        raise Problem(422, "the body holds more than one document; send one to be rendered, or all of them to /send")
    if not asking.desk.belongs(found[0], asking.sender):
        raise Problem(
            403, f"the document names the sender {found[0].sender[:40]!r}, and this key acts for {asking.sender}"
        )
    return found[0]


def _kind(text: str) -> ArtifactKind:
    try:
        return ArtifactKind(text)
    except ValueError as error:
        known = ", ".join(kind.value for kind in ArtifactKind)
        raise Problem(400, f"there is no artifact {text[:40]!r}; ask for one of {known}") from error


def _file_name() -> str:
    name = request.args.get("file", "request")
    if not _FILE_NAME.fullmatch(name):
        raise Problem(400, "the file's name is not usable; give up to 100 letters, digits, spaces, dots and dashes")
    return name


def _number(name: str, otherwise: int, least: int, most: int) -> int:
    text = request.args.get(name, str(otherwise))
    if not text.isascii() or not text.isdigit() or not least <= int(text[:20]) <= most:
        raise Problem(400, f"{name} is {text[:20]!r}; give a whole number from {least} to {most}")
    return int(text)


def _totals() -> ControlTotals | None:
    documents, sums = request.args.get("control_documents"), request.args.getlist("control_sum")
    try:
        pairs = [one.partition(":")[::2] for one in sums]
        by_currency = {currency(name): amount(said) for name, said in pairs}
        number = None if documents is None else whole_number(documents)
    except ValueError as error:
        raise Problem(400, f"the request {error}") from error
    return ControlTotals(number, by_currency) if number is not None or by_currency else None


def _flag(name: str) -> bool:
    text = request.args.get(name, "false")
    if text not in ("true", "false"):
        raise Problem(400, f"{name} is {text[:20]!r}; give true or false")
    return text == "true"


def _json(value: object) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), content_type="application/json")
