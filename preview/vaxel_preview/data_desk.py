"""Documents as data over HTTP: edited, saved as samples, dropped as a batch, or made to be hard."""

import json
import re
from collections import OrderedDict
from functools import lru_cache
from typing import Any

from flask import Flask, Response, abort, jsonify, request

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured, Rejected, Unwritable, VaxelError
from vaxel_engine.model import Document, DocumentKind
from vaxel_engine.press import Press
from vaxel_preview.doorkeeper import ask_for_key
from vaxel_preview.drafts import LARGEST, LARGEST_BATCH, Batch, as_text, fields, from_text, hard_rows, read_batch
from vaxel_preview.materials import LIMITS, Look
from vaxel_preview.samples import Sample
from vaxel_preview.workshop import Workshop
from vaxel_regression.pages import page_sizes

EDITED, TORTURE = "edited", "torture"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_KEPT_BATCHES = 3
_SHOWN_FAULTS = 20


def add_data(app: Flask, workshop: Workshop, token: str) -> None:
    """Add the routes of the data panel to the live page's application."""
    materials = workshop.materials
    batches: OrderedDict[str, Batch] = OrderedDict()

    def look() -> Look:
        ask_for_key(token)
        return materials.look(request.args.get("brand"), request.args.get("sample"))

    def shown(file: str, documents: dict[str, tuple[Document, str]]) -> list[dict[str, str]]:
        return [_option(sample) for sample in workshop.put(file, documents)]

    @app.get("/data/document")
    def data_document() -> tuple[Response, int]:  # pyright: ignore[reportUnusedFunction]
        asked = look()
        try:
            return jsonify({"text": as_text(materials.document(asked)), "sample": asked.sample}), 200
        except VaxelError as error:
            return jsonify({"sentence": str(error)}), 422

    @app.get("/data/fields")
    def data_fields() -> Response:  # pyright: ignore[reportUnusedFunction]
        ask_for_key(token)
        return jsonify(_fields())

    @app.post("/data/<what>")
    def data_act(what: str) -> tuple[Response, int]:  # pyright: ignore[reportUnusedFunction]
        request.max_content_length = LARGEST_BATCH if what == "batch" else 2 * LARGEST
        asked = look()
        try:
            match what:
                case "batch":
                    return jsonify(_dropped(asked)), 200
                case "torture":
                    return jsonify({"shown": shown(TORTURE, _hard(workshop, asked))}), 200
                case "edit" | "save" | "record":
                    said: dict[str, Any] = json.loads(request.get_data())
                case _:
                    abort(404)
            if what == "record":
                return jsonify({"shown": _record(said)}), 200
            edited = from_text(str(said["text"]))
            if what == "edit":
                return jsonify({"shown": shown(EDITED, {"1": (edited, "edited")})}), 200
            return jsonify({"sample": _save(str(said["name"]), edited)}), 200
        except Rejected as error:
            return jsonify({"sentence": error.sentence}), 422
        except VaxelError as error:
            return jsonify({"sentence": str(error)}), 422
        except (ValueError, KeyError, TypeError):
            abort(400)

    def _dropped(asked: Look) -> dict[str, Any]:
        last = re.split(r"[\\/]", request.args.get("name", ""))[-1]
        name = re.sub(r"[^\w.-]", "-", last)[-60:].lstrip(".") or "dropped"
        batch = read_batch(name, request.get_data())
        batches[batch.name] = batch
        while len(batches) > _KEPT_BATCHES:
            batches.popitem(last=False)
        hard = hard_rows(batch.documents, lambda one: _pages(workshop, asked, one))
        rows = {str(record): (batch.documents[record], why) for record, why in hard}
        return {
            "name": batch.name,
            "read": len(batch.documents) + len(batch.rejected),
            "accepted": len(batch.documents),
            "rejected": batch.rejected[:_SHOWN_FAULTS],
            "shown": shown(batch.name, rows) if rows else [],
        }

    def _record(said: dict[str, Any]) -> list[dict[str, str]]:
        batch, number = batches.get(str(said["batch"])), int(said["record"])
        if batch is None or number not in batch.documents:
            raise Misconfigured(f"there is no record {number} that could be read; drop the file again, or name another")
        return shown(batch.name, {str(number): (batch.documents[number], f"record {number}")})

    def _save(name: str, edited: Document) -> str:
        if not _NAME.fullmatch(name):
            raise Misconfigured(f'"{name}" is no name for a sample; use small letters, figures and hyphens')
        folder = next((place for place in materials.places if place.is_dir()), materials.places[0].parent)
        path = folder / f"{name}.json"
        text = json.dumps({"documents": [json.loads(as_text(edited))]}, ensure_ascii=False, indent=2) + "\n"
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError as error:
            raise Misconfigured(f"there is a sample {path.name} already; choose another name") from error
        except OSError as error:
            raise Unwritable(
                f"{path.name} cannot be saved ({error.strerror}); see that the folder may be written"
            ) from error
        if folder not in materials.places:
            return ""
        workshop.changed({path})  # at once, so that the page which is told its name finds it
        return f"{path.name}:1"


@lru_cache(maxsize=1)
def _fields() -> dict[str, dict[str, str]]:
    return fields()


def _option(sample: Sample) -> dict[str, str]:
    document = sample.document
    return {
        "id": sample.id,
        "text": sample.title,
        "group": sample.file.name,
        "why": sample.note,
        "recipient": document.recipient.name,
        "reference": document.reference,
        "gist": sample.gist,
    }


def _pages(workshop: Workshop, asked: Look, document: Document) -> int:
    try:
        with Press(LIMITS).sitting(document, workshop.materials.pack(asked.brand)) as sitting:
            return len(page_sizes(sitting.artifact(ArtifactKind.MAILBOX_PDF).body))
    except VaxelError:
        return 0  # it is shown all the same, and the board says why it cannot be rendered


def _hard(workshop: Workshop, asked: Look) -> dict[str, tuple[Document, str]]:
    try:
        from vaxel_regression.torture import torture
    except ModuleNotFoundError as error:
        raise Misconfigured("hard documents come with the comparator; pip install 'vaxel[regression]'") from error
    samples = workshop.materials.shelf.samples.values()
    easy = [one.document for one in samples if one.document.kind is DocumentKind.INVOICE and one.file.name != TORTURE]
    if not easy:
        raise Misconfigured("hard documents are made of an invoice, and no sample is one; add one")
    here = workshop.materials.document(asked)
    begin = here if here in easy else easy[0]
    pack = workshop.materials.pack(asked.brand)
    made = torture(begin, pack, full=False)
    return {one.name.partition("-")[2]: (one.document, one.name.partition("-")[2].replace("-", " ")) for one in made}
