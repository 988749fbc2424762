"""The studio over HTTP: source, save, history and facts, for whoever has this start's token and nobody else."""

import json
from typing import Any

from flask import Flask, Response, abort, jsonify, request

from vaxel_engine.errors import VaxelError
from vaxel_preview.doorkeeper import HEADER, knows
from vaxel_preview.inspector import facts_of, words_of
from vaxel_preview.materials import Look
from vaxel_preview.sources import LARGEST, ConflictError, Source, Sources, line_of_word, word_at
from vaxel_preview.workshop import Workshop


def add_studio(app: Flask, workshop: Workshop, sources: Sources, token: str) -> None:
    """Add the routes of the studio to the live page's application."""

    def let_in() -> Look:
        if not knows(request.headers.get(HEADER, ""), token):
            abort(403)
        return workshop.materials.look(request.args.get("brand"), request.args.get("sample"))

    @app.get("/studio/files")
    def files() -> Response:  # pyright: ignore[reportUnusedFunction]
        let_in()
        return jsonify(sources.names())

    @app.get("/studio/source")
    def source() -> Response:  # pyright: ignore[reportUnusedFunction]
        look = let_in()
        found = sources.read(_asked(sources, workshop, look))
        if found is None:
            abort(404)
        return jsonify(_told(found))

    @app.get("/studio/word")
    def word() -> Response:  # pyright: ignore[reportUnusedFunction]
        look = let_in()
        return jsonify(_word(sources, workshop, look, request.args.get("text", "")[:2_000]))

    @app.get("/studio/versions")
    def versions() -> Response:  # pyright: ignore[reportUnusedFunction]
        let_in()
        return jsonify(sources.versions(request.args.get("id", "")))

    @app.post("/studio/save")
    def save() -> tuple[Response, int]:  # pyright: ignore[reportUnusedFunction]
        request.max_content_length = 4 * LARGEST
        look = let_in()
        try:
            said = json.loads(request.get_data())
            source_id, text, was = _saved(said)
        except (ValueError, KeyError, TypeError):
            abort(400)
        try:
            found = sources.save(source_id, look.brand, text, was)
        except ConflictError as error:
            return jsonify({"sentence": str(error)}), 409
        except VaxelError as error:
            return jsonify({"sentence": str(error)}), 422
        if found is None:
            abort(404)
        return jsonify(_told(found)), 200

    @app.get("/studio/facts")
    def facts() -> tuple[Response, int]:  # pyright: ignore[reportUnusedFunction]
        look = let_in()
        try:
            context = workshop.materials.facts(look)
            texts = {name: words_of(kept.made) for name, kept in workshop.kept(look).items()}
        except VaxelError as error:
            return jsonify({"sentence": str(error)}), 422
        found = facts_of(context, texts)
        return jsonify([{"name": fact.name, "value": fact.value, "shown": fact.shown} for fact in found]), 200


def _asked(sources: Sources, workshop: Workshop, look: Look) -> str:
    """The id that is asked for: given, or by the name a stamp has and the brand that is looked at."""
    name = request.args.get("name")
    if name is None:
        return request.args.get("id", "")
    try:
        path = workshop.materials.pack(look.brand).files.get(name)
    except VaxelError:
        path = next((root / look.brand / name for root in workshop.materials.roots), None)
    return (sources.id_of(path) if path is not None else None) or ""


def _word(sources: Sources, workshop: Workshop, look: Look, text: str) -> dict[str, object]:
    try:
        language = workshop.materials.document(look).recipient.language
        pack = workshop.materials.pack(look.brand)
        name = word_at(pack, language, text)
    except VaxelError:
        return {}
    if name is None:
        return {}
    file = f"words.{language}.toml"
    for source_id in [sources.id_of(pack.files[file])] + [one for one in sources.names() if one.endswith(f"/{file}")]:
        found = None if source_id is None else sources.read(source_id)
        line = None if found is None else line_of_word(found.text, name)
        if line is not None:
            return {"word": name, "id": source_id, "line": line}
    return {}


def _saved(said: dict[str, Any]) -> tuple[str, str, str]:
    text = said["text"]
    if not isinstance(text, str) or len(text.encode()) > LARGEST:
        raise ValueError
    return str(said["id"]), text, str(said["was"])


def _told(found: Source) -> dict[str, object]:
    return {
        "id": found.id,
        "text": found.text,
        "digest": found.digest,
        "versions": found.versions,
        "editor": f"editor://open?file={found.path.as_posix()}",
    }
