"""Review, ghosts and proofs over HTTP: for our own page, and of a proof for whoever was given its key."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, abort, jsonify, request, send_from_directory
from pydantic import ValidationError

from vaxel_engine.errors import Misconfigured, VaxelError
from vaxel_preview.doorkeeper import ask_for_key
from vaxel_preview.ghosts import Ghosts, differences
from vaxel_preview.lens import Lens
from vaxel_preview.materials import Look
from vaxel_preview.panes import LAYOUTS
from vaxel_preview.proofs import MOST_ANSWERS, Answer, Proofs
from vaxel_preview.table import ROWS
from vaxel_preview.wall import wall_pane
from vaxel_preview.workshop import Workshop

if TYPE_CHECKING:  # takes the comparator's browser, which comes with the extra [regression]
    from vaxel_preview.reviewing import Review

_MOST_WORDS = 40
_OF_A_PROOF = ("proof.css", "proof.js", "Inter-Regular.woff2", "Inter-SemiBold.woff2")
_PROOF_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def add_review(
    app: Flask, workshop: Workshop, token: str, review: "Review | None", ghosts: Ghosts, proofs: Proofs, lens: Lens
) -> None:
    """Add the routes of the review; without a `review` only ghosts and proofs are there, and the rest says why."""

    def look() -> Look:
        ask_for_key(token)
        return workshop.materials.look(request.args.get("brand"), request.args.get("sample"))

    @app.get("/review/ghost")
    def ghost() -> tuple[Response, int]:  # pyright: ignore[reportUnusedFunction]
        asked = look()
        try:
            before = ghosts.artifacts(asked)
            now = workshop.kept(asked)
            told = differences(before, now)
            label = ghosts.of(asked.brand).label
        except VaxelError as error:
            return jsonify({"sentence": f"There is nothing to compare with: {error}"}), 422
        panes: dict[str, Any] = {}
        for row in ROWS:
            one, found = before.get(row.made.id), told.get(row.made.id)
            if one is None:
                continue
            workshop.keep(one)
            is_other = row.made.id in told and found is not None
            panes[row.id] = {
                "changed": is_other,
                "words": [finding.sentence for finding in (found or ())[:_MOST_WORDS]],
                "html": wall_pane(row, one.made, one.key, look=one.look) if is_other else "",
            }
        return jsonify({"label": label, "panes": panes}), 200

    @app.get("/review/state")
    def state() -> Response:  # pyright: ignore[reportUnusedFunction]
        asked = look()
        if review is None:
            known: dict[str, Any] = {"approved": False, "sentence": _why_not(), "able": False}
            return jsonify({**known, "html": _proofs_html(proofs, asked.brand, workshop)})
        job = review.job(asked.brand)
        approved, sentence = review.standing(asked.brand)
        groups = [] if job.examined is None else [(one, review.pictures(one)) for one in job.examined.groups]
        turns = review.turns(asked.brand)
        html = LAYOUTS.get_template("review.html").render(
            approved=approved, sentence=sentence, job=job, groups=groups, turns=list(reversed(turns)), brand=asked.brand
        )
        html += _proofs_html(proofs, asked.brand, workshop)
        answer: dict[str, Any] = {"approved": approved, "able": True, "running": job.running, "html": html}
        return jsonify({**answer, "what": job.what, "done": job.done, "sentence": job.sentence, "failed": job.failed})

    @app.post("/review/<what>")
    def act(what: str) -> tuple[Response, int]:  # pyright: ignore[reportUnusedFunction]
        asked = look()
        try:
            said: dict[str, Any] = json.loads(request.get_data() or b"{}")
            if what == "proof":
                return _new_proof(asked)
            if review is None:
                raise Misconfigured(_why_not())
            if what == "examine":
                review.examine(asked.brand)
            elif what == "decide":
                accepted, rejected = [[str(one) for one in said.get(key, ())] for key in ("accept", "reject")]
                review.decide(asked.brand, accepted, rejected, str(said.get("reason", ""))[:500])
            elif what == "publish":
                review.publish(asked.brand)
            elif what == "rollback":
                review.roll_back(asked.brand, str(said.get("version", "")))
            else:
                abort(404)
        except (ValueError, AttributeError, TypeError):
            abort(400)
        except VaxelError as error:
            return jsonify({"sentence": str(error)}), 422
        return jsonify({}), 200

    def _new_proof(asked: Look) -> tuple[Response, int]:
        document = workshop.materials.document(asked)
        about = f"{asked.brand} · {document.kind.value.replace('_', ' ')} {document.reference}"
        made = proofs.make(workshop.kept(asked), asked.brand, about, lens)
        if made is None:
            return jsonify({"waiting": True}), 200
        return jsonify({"link": f"{request.host_url}proof/{made.id}?key={made.key}"}), 200

    @app.get("/review/picture/<name>.png")
    def picture(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        path = None if review is None else review.picture(name)
        if path is None or not path.is_file():
            abort(404)
        return Response(path.read_bytes(), mimetype="image/png")

    @app.get("/proof/<name>")
    def proof(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        found = proofs.get(name) or abort(404)
        answer = Response(LAYOUTS.get_template("proof.html").render(proof=found), mimetype="text/html")
        answer.headers["Content-Security-Policy"] = _PROOF_POLICY
        return answer

    @app.post("/proof/<name>")
    def answered(name: str) -> tuple[str, int]:  # pyright: ignore[reportUnusedFunction]
        found = proofs.get(name) or abort(404)
        if len(found.answers) >= MOST_ANSWERS:
            abort(429)
        request.max_content_length = 200_000
        try:
            found.answers.append(Answer.model_validate_json(request.get_data()))
        except ValidationError:
            abort(400)
        return "", 204

    @app.get("/proof/<name>/<int:number>.png")
    def proof_picture(name: str, number: int) -> Response:  # pyright: ignore[reportUnusedFunction]
        found = proofs.get(name) or abort(404)
        if number >= len(found.sheets) or not found.sheets[number].picture:
            abort(404)
        return Response(found.sheets[number].picture, mimetype="image/png")

    @app.get("/proof/<name>/<file>")
    def proof_asset(name: str, file: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        if proofs.get(name) is None or file not in _OF_A_PROOF:
            abort(404)
        return send_from_directory(Path(__file__).parent / "assets", file, max_age=0)


def _why_not() -> str:
    return "These packs come with Vaxel and are not yours to approve; begin with your own: vaxel preview --packs FOLDER"


def _proofs_html(proofs: Proofs, brand: str, workshop: Workshop) -> str:
    try:
        digest = workshop.materials.pack(brand).digest
    except VaxelError:
        digest = ""
    return LAYOUTS.get_template("proofs.html").render(proofs=proofs.of(brand), digest=digest)
