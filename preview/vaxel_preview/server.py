"""The live page over HTTP: for this machine only, with ids instead of paths, and nothing loaded from elsewhere."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, abort, request, send_from_directory
from markupsafe import Markup

from vaxel_engine.artifact import ArtifactKind
from vaxel_preview.data_desk import add_data
from vaxel_preview.doorkeeper import keep_door
from vaxel_preview.drawers import add_drawers
from vaxel_preview.findings import Tell
from vaxel_preview.ghosts import Ghosts
from vaxel_preview.lens import Lens
from vaxel_preview.materials import Look
from vaxel_preview.matrix import Matrix
from vaxel_preview.matrix_desk import add_matrix
from vaxel_preview.panes import LAYOUTS, PAGES
from vaxel_preview.proofs import Proofs
from vaxel_preview.review_desk import add_review
from vaxel_preview.scrolling import with_scroll_kept
from vaxel_preview.sending import Tests
from vaxel_preview.sending_desk import add_sending
from vaxel_preview.sources import Sources
from vaxel_preview.splicing import text_of
from vaxel_preview.studio import add_studio
from vaxel_preview.table import BY_ID, ROWS, Dress, Row, Show, groups
from vaxel_preview.wall import absent_wall_pane, framed
from vaxel_preview.wording_desk import add_wording
from vaxel_preview.workshop import Workshop

if TYPE_CHECKING:  # takes the comparator's browser, which comes with the extra [regression]
    from vaxel_preview.reviewing import Review

HOSTS = ["127.0.0.1", "localhost"]
"""Any other name in Host is a page of somebody else whose name was pointed here (DNS rebinding)."""

SCRIPTS_WAIT = 0.06
"""Seconds that a page has for its first picture."""
HEARTBEAT = 10.0
"""Seconds between two signs of life, so that a browser that left is noticed."""

_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Inline styles are for the mails in the panes, which inherit this policy."""

_FRAME_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""A recipient's page runs its own scripts in an origin of its own, and reaches nothing, not even this server."""

_STILL_POLICY = (
    "sandbox allow-same-origin; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""A mail, and a page where no script runs: nothing in it can act, so the board may look into it."""

_NOTHING = "default-src 'none'; sandbox; frame-ancestors 'none'"


def create_app(
    workshop: Workshop,
    token: str,
    lens: Lens,
    matrix: Matrix,
    ghosts: Ghosts,
    review: "Review | None" = None,
    tests: Tests | None = None,
    tell: Tell | None = None,
) -> Flask:
    """The Flask application over a workshop that was started, for those who know `token`.

    Without a `review` nothing can be approved or published.
    """
    proofs = Proofs()
    app = Flask("vaxel_preview", static_folder=None, template_folder=None)
    app.config["TRUSTED_HOSTS"] = HOSTS
    app.config["MAX_CONTENT_LENGTH"] = 10_000
    keep_door(app, token, proofs.is_guest)
    app.after_request(_guard)

    @app.get("/")
    def page() -> str:  # pyright: ignore[reportUnusedFunction]
        look = _look(workshop, request)
        shown = workshop.panes(look)
        return LAYOUTS.get_template("live.html").render(
            policy=None,
            token=token,
            assets="/assets",
            look=look,
            languages=_languages(workshop),
            brands=workshop.materials.brands(),
            groups=list(workshop.materials.shelf.groups()),
            table=groups(),
            panes=[Markup(shown.get(row.id) or absent_wall_pane(row, "Rendering …")) for row in ROWS],  # noqa: S704
        )

    @app.get("/events")
    def events() -> Response:  # pyright: ignore[reportUnusedFunction]
        listener = workshop.listen(_look(workshop, request))

        def stream() -> Iterator[str]:
            try:
                yield "retry: 500\n\n"
                while not listener.closed:
                    event = listener.next(HEARTBEAT)
                    yield event.wire if event else ": still here\n\n"
            finally:
                workshop.leave(listener)

        answer = Response(stream(), mimetype="text/event-stream")
        answer.call_on_close(lambda: workshop.leave(listener))
        return answer

    @app.post("/on-screen")
    def on_screen() -> tuple[str, int]:  # pyright: ignore[reportUnusedFunction]
        try:
            listener, kinds = _seen(json.loads(request.get_data()))
        except (ValueError, KeyError, TypeError):
            abort(400)
        workshop.on_screen(listener, kinds)
        return "", 204

    @app.get("/page/<digest>/<int:number>.png")
    def page_png(digest: str, number: int) -> Response:  # pyright: ignore[reportUnusedFunction]
        kept = workshop.artifact(digest)
        artifact = None if kept is None else kept.artifact
        if artifact is None or artifact.media_type != "application/pdf":
            abort(404)
        try:
            return _kept(Response(workshop.pictures.of(digest, artifact.body, number), mimetype="image/png"))
        except IndexError:
            abort(404)

    @app.get("/frame/<digest>/<row_id>")
    def frame(digest: str, row_id: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        row, body = _framed(workshop, digest, row_id)
        body, scripted = framed(row, body), row.dress is Dress.SCRIPTED
        shown = _in_two_steps(*with_scroll_kept(body)) if scripted else body
        answer = _kept(Response(shown, content_type="text/html; charset=utf-8"))
        answer.headers["Content-Security-Policy"] = _FRAME_POLICY if scripted else _STILL_POLICY
        return answer

    @app.get("/text/<digest>/<row_id>")
    def text(digest: str, row_id: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        shown = text_of(*_framed(workshop, digest, row_id))
        answer = Response(shown.html, content_type="text/plain; charset=utf-8")
        if shown.acting:
            answer.headers["X-Acting"] = shown.acting
        return answer

    @app.get("/artifact/<digest>")
    def artifact(digest: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        kept = workshop.artifact(digest)
        if kept is None:
            abort(404)
        found = kept.made
        if found.kind is ArtifactKind.EMAIL:
            found = workshop.materials.produced(kept.sitting.document, kept.sitting.pack, found.kind)
        answer = _kept(Response(found.body, content_type=found.media_type))
        answer.headers["Content-Disposition"] = f'inline; filename="preview{found.suffix}"'
        policies = dict.fromkeys(PAGES, _FRAME_POLICY) | {ArtifactKind.PRINT_PDF: "", ArtifactKind.MAILBOX_PDF: ""}
        answer.headers["Content-Security-Policy"] = policies.get(found.kind, _NOTHING) or "frame-ancestors 'none'"
        return answer

    @app.get("/assets/<path:name>")
    def asset(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        return send_from_directory(Path(__file__).parent / "assets", name, max_age=0)

    sources = Sources(workshop.materials.roots)
    add_studio(app, workshop, sources, token)
    add_wording(app, workshop, sources, token)
    add_data(app, workshop, token)
    add_sending(app, workshop, token, tests)
    add_matrix(app, matrix, token)
    add_drawers(app, workshop, token, lens, tell)
    add_review(app, workshop, token, review, ghosts, proofs, lens)
    return app


def _languages(workshop: Workshop) -> list[str]:
    names = (path.name for root in workshop.materials.roots for path in root.glob("*/words.*.toml"))
    return sorted({name.split(".")[1] for name in names})


def _look(workshop: Workshop, asked: Request) -> Look:
    return workshop.materials.look(asked.args.get("brand"), asked.args.get("sample"))


def _seen(said: dict[str, Any]) -> tuple[str, list[str]]:
    """Who says it, and which panes are on its screen."""
    return str(said["listener"]), [str(kind) for kind in said["kinds"]]


def _framed(workshop: Workshop, digest: str, row_id: str) -> tuple[Row, bytes]:
    """The row of a frame, and the artifact that it shows; nothing else has an address here."""
    kept, row = workshop.artifact(digest), BY_ID.get(row_id)
    artifact = None if kept is None else kept.artifact
    if artifact is None or row is None or row.show is not Show.FRAME or row.made.kind is not artifact.kind:
        abort(404)
    return row, artifact.body


def _in_two_steps(read: bytes, acting: bytes) -> Iterator[bytes]:
    """What is read, and a moment later the megabyte of scripts that would keep a browser from painting it."""
    yield read
    time.sleep(SCRIPTS_WAIT)
    yield acting


def _kept(answer: Response) -> Response:
    """An address with a digest in it never shows anything else."""
    answer.headers["Cache-Control"] = "private, max-age=3600, immutable"
    return answer


def _guard(answer: Response) -> Response:
    answer.headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
    answer.headers.setdefault("Cache-Control", "no-store")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return answer
