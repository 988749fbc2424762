"""The drawers over HTTP: what was found in the panes of a look, and the line behind what a row names."""

from collections import OrderedDict
from threading import Lock

from flask import Flask, Response, abort, jsonify, request

from vaxel_engine.errors import VaxelError
from vaxel_preview.doorkeeper import ask_for_key
from vaxel_preview.findings import Looked, Tell, gather
from vaxel_preview.findings.where import row_title, spellings, stamp_at
from vaxel_preview.lens import Lens
from vaxel_preview.panes import LAYOUTS
from vaxel_preview.workshop import Workshop

_KEPT = 24


def add_drawers(app: Flask, workshop: Workshop, token: str, lens: Lens, tell: Tell | None = None) -> None:
    """Add the routes of the findings to the live page's application."""
    found: OrderedDict[tuple[str, ...], Looked] = OrderedDict()
    turn = Lock()

    @app.get("/findings")
    def findings() -> tuple[Response, int]:  # pyright: ignore[reportUnusedFunction]
        ask_for_key(token)
        kept = workshop.kept(workshop.materials.look(request.args.get("brand"), request.args.get("sample")))
        screens = request.args.get("screens") == "yes"
        key = (str(screens), *(f"{made}:{one.key}:{one.milliseconds:.0f}" for made, one in kept.items()))
        with turn:  # the same question is often asked again while its answer is being found
            known = found.get(key)
            if known is None:
                try:
                    known = gather(kept, lens if screens else None, tell)
                except VaxelError as error:
                    return jsonify({"sentence": str(error)}), 422
                if not known.waiting:
                    found[key] = known
                    while len(found) > _KEPT:
                        found.popitem(last=False)
        html = LAYOUTS.get_template("drawers.html").render(drawers=known.drawers, title=row_title)
        counts = {drawer.id: [drawer.grave, len(drawer.rows) - drawer.grave] for drawer in known.drawers}
        return jsonify({"html": html, "counts": counts, "zones": known.zones, "waiting": known.waiting}), 200

    @app.get("/findings/line")
    def line() -> Response:  # pyright: ignore[reportUnusedFunction]
        ask_for_key(token)
        kept = workshop.kept(workshop.materials.look(request.args.get("brand"), request.args.get("sample")))
        one = kept.get(request.args.get("made", ""))
        if one is None:
            abort(404)
        words = request.args.get("words", "")[:500]
        said = spellings(words, one.sitting.facts()) if request.args.get("fact") else [words]
        return jsonify({"stamp": next(filter(None, (stamp_at(one, each) for each in said)), "")})
