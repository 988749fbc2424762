"""The matrix over HTTP: begun by our own page, told as it grows, its pictures by number."""

import json
from typing import Any

from flask import Flask, Response, abort, jsonify, request

from vaxel_engine.artifact import ArtifactKind
from vaxel_preview.doorkeeper import ask_for_key
from vaxel_preview.findings.where import pane_of
from vaxel_preview.matrix import KINDS, Matrix, tally
from vaxel_preview.panes import LAYOUTS, TITLES


def add_matrix(app: Flask, matrix: Matrix, token: str) -> None:
    """Add the routes of the matrix to the live page's application."""

    @app.post("/matrix/begin")
    def matrix_begin() -> Response:  # pyright: ignore[reportUnusedFunction]
        ask_for_key(token)
        try:
            said: dict[str, Any] = json.loads(request.get_data())
            brands, languages = [str(one) for one in said["brands"]], [str(one) for one in said["languages"]]
            run = matrix.begin(str(said["file"]), brands, [one for one in languages if one.isalpha() and len(one) == 2])
        except (ValueError, KeyError, TypeError):
            abort(400)
        return jsonify({"run": run.number, "rows": len(run.lines)})

    @app.get("/matrix")
    def matrix_now() -> Response:  # pyright: ignore[reportUnusedFunction]
        ask_for_key(token)
        waiting, run = matrix.settle(), matrix.run
        kinds = [(kind, TITLES.get(kind, "E-invoice"), pane_of(kind)) for kind in KINDS]
        html = LAYOUTS.get_template("matrix.html").render(lines=run.lines, kinds=kinds, run=run.number)
        going = run.done < len(run.lines) or waiting > 0
        return jsonify(
            {"html": html, "done": run.done, "rows": len(run.lines), "going": going, "tally": tally(run.lines)}
        )

    @app.get("/matrix/<int:number>/<int:row>/<kind>.png")
    def matrix_picture(number: int, row: int, kind: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        run = matrix.run
        if number != run.number or row >= len(run.lines) or kind not in set(KINDS):
            abort(404)
        picture = run.lines[row].cells[ArtifactKind(kind)].picture
        if not picture:
            abort(404)
        return Response(picture, mimetype="image/png")
