"""The simulated mail client: what the recipients of e-mail would see."""

import re
from email.message import EmailMessage
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, render_template, request

from vaxel_simulators.mail.reading import Opened, open_message
from vaxel_simulators.showing import SHOWN, file_answer, foreign_html, prepare

if TYPE_CHECKING:
    from vaxel_simulators.mail.simulator import MailSimulator

VIEWS = ("html", "text", "source")


def add_pages(app: Flask, simulator: "MailSimulator") -> None:
    """Add the mail client's pages; messages are numbered by arrival."""
    prepare(app, simulator)

    def opened(box: str, number: int) -> Opened:
        bodies = [mail.body for mail in simulator.mails()] if box == "inbox" else [b.body for b in simulator.bounces()]
        return open_message(bodies[number]) if number < len(bodies) else abort(404)

    def listing(box: str) -> list[tuple[int, Opened]]:
        count = counts()[box]
        return [(number, opened(box, number)) for number in reversed(range(max(0, count - SHOWN), count))]

    @app.get("/mail/")
    @app.get("/mail/<any(inbox, back):box>/")
    def mails(box: str = "inbox") -> str:
        return render_template("mail.html", box=box, messages=listing(box), shown=None, counts=counts())

    @app.get("/mail/<any(inbox, back):box>/<int:number>")
    def mail(box: str, number: int) -> str:
        shown = opened(box, number)
        default = "html" if shown.html is not None else "text"
        view = request.args.get("view", default)
        return render_template(
            "mail.html",
            box=box,
            messages=listing(box),
            shown=shown,
            number=number,
            view=view if view in VIEWS else default,
            counts=counts(),
        )

    @app.get("/mail/<any(inbox, back):box>/<int:number>/html")
    def mail_html(box: str, number: int) -> Response:
        html = opened(box, number).html
        if html is None:
            abort(404)
        base = f"/mail/{box}/{number}/cid/"
        return foreign_html(re.sub(r"cid:([^\"'\s)>]+)", lambda found: base + found.group(1), html))

    @app.get("/mail/<any(inbox, back):box>/<int:number>/cid/<path:name>")
    def mail_inline(box: str, number: int, name: str) -> Response:
        part = opened(box, number).inline.get(name) or abort(404)
        return file_answer(_bytes(part), part.get_content_type())

    @app.get("/mail/<any(inbox, back):box>/<int:number>/file/<int:index>")
    def mail_file(box: str, number: int, index: int) -> Response:
        files = opened(box, number).files
        file = files[index] if index < len(files) else abort(404)
        return file_answer(file.body, file.kind, download=file.name)

    @app.get("/mail/<any(inbox, back):box>/<int:number>.eml")
    def mail_source(box: str, number: int) -> Response:
        return file_answer(opened(box, number).body, "message/rfc822", download=f"{box}-{number}.eml")

    def counts() -> dict[str, int]:
        return {"inbox": len(simulator.mails()), "back": len(simulator.bounces())}

    _ = (mails, mail, mail_html, mail_inline, mail_file, mail_source)  # registered above


def _bytes(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
