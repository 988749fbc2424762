"""Words in place over HTTP: what stands at a point, and its new text, saved as the editor saves."""

import json
from typing import Any

from flask import Flask, Response, abort, jsonify, request

from vaxel_engine.errors import Misconfigured, VaxelError
from vaxel_preview.doorkeeper import ask_for_key
from vaxel_preview.findings.where import row_title
from vaxel_preview.materials import Look
from vaxel_preview.sources import ConflictError, Sources
from vaxel_preview.wording import Wording, rewritten, text_on_paper, wording_at
from vaxel_preview.workshop import Workshop

_LONGEST = 20_000


def add_wording(app: Flask, workshop: Workshop, sources: Sources, token: str) -> None:
    """Add the routes of editing in place to the live page's application."""

    def find(look: Look, text: str) -> Wording | None:
        pack = workshop.materials.pack(look.brand)
        language = workshop.materials.document(look).recipient.language
        return wording_at(text[:2_000], pack, language, sources, workshop.kept(look))

    @app.get("/wording/at")
    def wording_here() -> tuple[Response, int]:  # pyright: ignore[reportUnusedFunction]
        ask_for_key(token)
        look = workshop.materials.look(request.args.get("brand"), request.args.get("sample"))
        text = request.args.get("text", "")
        try:
            if "page" in request.args:
                one = workshop.kept(look).get(request.args.get("made", ""))
                if one is None or one.artifact.media_type != "application/pdf":
                    abort(404)
                text = text_on_paper(one, *_point())
            found = find(look, text)
        except VaxelError as error:
            return jsonify({"sentence": str(error)}), 422
        if found is None:
            shown = f"“{text[:80]}” " if text else "This "
            return jsonify({"sentence": f"{shown}comes from the document, or stands in a template."}), 422
        return jsonify({**_told(found), "text": text}), 200

    @app.post("/wording/save")
    def wording_save() -> tuple[Response, int]:  # pyright: ignore[reportUnusedFunction]
        ask_for_key(token)
        request.max_content_length = 4 * _LONGEST
        look = workshop.materials.look(request.args.get("brand"), request.args.get("sample"))
        try:
            said: dict[str, Any] = json.loads(request.get_data())
            name, value, was = str(said["name"]), str(said["value"])[:_LONGEST], str(said["was"])
            source = sources.read(str(said["id"]))
            is_block = bool(said["block"])
        except (ValueError, KeyError, TypeError):
            abort(400)
        if source is None:
            abort(404)
        try:
            saved = sources.save(source.id, look.brand, rewritten(source, name, value, is_block=is_block), was)
        except ConflictError as error:
            return jsonify({"sentence": str(error)}), 409
        except VaxelError as error:
            return jsonify({"sentence": str(error)}), 422
        return jsonify({"id": saved.id if saved is not None else source.id}), 200


def _point() -> tuple[int, float, float]:
    try:
        return int(request.args["page"]), float(request.args["x"]), float(request.args["y"])
    except ValueError as error:
        raise Misconfigured("a place on paper is a page and two figures") from error


def _told(found: Wording) -> dict[str, object]:
    return {
        "name": found.name,
        "value": found.value,
        "block": found.is_block,
        "id": found.source.id,
        "line": found.line,
        "was": found.source.digest,
        "shows": [{"pane": pane, "title": row_title(pane)} for pane in found.shows],
    }
