"""The simulated BankID app: who holds the phone, and whether they go on."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, make_response, redirect, render_template, request

from vaxel_simulators.showing import LOOPBACK_NAMES, prepare

if TYPE_CHECKING:
    from vaxel_simulators.bankid.simulator import BankIdSimulator, Order

_POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self' http://127.0.0.1:* http://localhost:*"
)


def add_pages(app: Flask, simulator: "BankIdSimulator") -> None:
    """Add the app's pages."""
    prepare(app, simulator)

    def shown(order: "Order | None", *, back: str = "", said: str = "") -> Response:
        page = render_template("bankid_app.html", order=order, persons=simulator.persons, back=back, said=said)
        response = make_response(page)
        response.headers["Content-Security-Policy"] = _POLICY
        return response

    @app.get("/app/")
    def open_app() -> Response:
        token = request.args.get("autostarttoken")
        if token is None:
            return shown(None)
        order = simulator.take_up(token)
        return shown(
            order, back=_here(request.args.get("redirect", "")), said="" if order else "Nobody waits for this."
        )

    @app.post("/app/scan")
    def scan() -> Response:
        order = simulator.scan(request.form.get("text", ""))
        return shown(order, said="" if order else "The code is wrong or too old; scan the one that shows now.")

    @app.post("/app/answer")
    def answer() -> Response:
        reference, back = request.form.get("order", ""), _here(request.form.get("back", ""))
        if reference not in {order.reference for order in simulator.orders()}:
            return shown(None, said="Nobody waits for this.")
        match request.form.get("do"):
            case "identify" if request.form.get("who") in {one["personal_number"] for one in simulator.persons}:
                simulator.identify(reference, request.form["who"])
            case "blocked":
                simulator.give_up(reference, "certificateErr")
            case _:
                simulator.give_up(reference)
        if back:
            return make_response(redirect(back, 303))
        return shown(None, said="Done. Go back to where the code was shown.")

    _ = (open_app, scan, answer)  # registered above


def _here(back: str) -> str:
    """An address on this machine to go back to; empty for any other."""
    parts = urlsplit(back)
    return back if parts.scheme == "http" and parts.hostname in LOOPBACK_NAMES else ""
