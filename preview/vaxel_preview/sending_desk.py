"""Tests over HTTP: asked for by our own page, sent through whatever the start of the preview named."""

import json
from typing import Any

from flask import Flask, Response, abort, jsonify, request

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import VaxelError
from vaxel_preview.doorkeeper import ask_for_key
from vaxel_preview.sending import Tests
from vaxel_preview.workshop import Workshop


def add_sending(app: Flask, workshop: Workshop, token: str, tests: Tests | None) -> None:
    """Add the routes of sending a test; without `tests` nothing is sent from here."""

    @app.get("/send")
    def send_where() -> Response:  # pyright: ignore[reportUnusedFunction]
        ask_for_key(token)
        courier = None if tests is None else tests.courier
        mail, text = ((), ()) if courier is None else (courier.addresses, courier.numbers)
        return jsonify({"email": list(mail), "sms": list(text)})

    @app.post("/send")
    def send_test() -> tuple[Response, int]:  # pyright: ignore[reportUnusedFunction]
        ask_for_key(token)
        look = workshop.materials.look(request.args.get("brand"), request.args.get("sample"))
        try:
            said: dict[str, Any] = json.loads(request.get_data())
            kind, to = ArtifactKind(str(said["what"])), str(said["to"])
        except (ValueError, KeyError, TypeError):
            abort(400)
        if tests is None or kind not in (ArtifactKind.EMAIL, ArtifactKind.SMS):
            abort(404)
        try:
            document, pack = workshop.materials.document(look), workshop.materials.pack(look.brand)
            made = workshop.materials.produced(document, pack, kind)
            where = tests.mail(made.body, to) if kind is ArtifactKind.EMAIL else tests.text(made.body.decode(), to)
        except VaxelError as error:
            return jsonify({"sentence": str(error)}), 422
        return jsonify({"where": where}), 200
