"""The simulated mailbox: what the recipients of a Kivra simulator would see."""

from typing import TYPE_CHECKING, Any

from flask import Flask, Response, abort, render_template

from vaxel_simulators.pdf import reader
from vaxel_simulators.showing import SHOWN, by_recipient, file_answer, foreign_html, picture, prepare

if TYPE_CHECKING:
    from vaxel_simulators.kivra.rules import Part
    from vaxel_simulators.kivra.simulator import KivraSimulator, MailboxItem

ACCOUNTS = {"1": "Bankgiro", "2": "Plusgiro"}


def add_pages(app: Flask, simulator: "KivraSimulator") -> None:
    """Add the mailbox pages; recipients are numbered by first arrival, so no personal number stands in an address."""
    prepare(app, simulator)

    def people() -> "list[tuple[str, list[MailboxItem]]]":
        shown = (item for item in simulator.items() if not item.retained)
        return by_recipient(shown, lambda item: item.content.recipient)

    def item_of(key: str) -> "MailboxItem":
        found = [item for item in simulator.items() if item.key == key and not item.retained]
        return found[0] if found else abort(404)

    def part_of(key: str, number: int) -> "Part":
        parts = item_of(key).content.parts
        return parts[number] if number < len(parts) else abort(404)

    @app.get("/mailbox/")
    def mailboxes() -> str:
        boxes = people()
        return render_template("mailboxes.html", boxes=boxes[:SHOWN], hidden=len(boxes[SHOWN:]))

    @app.get("/mailbox/<int:number>/")
    def mailbox(number: int) -> str:
        known = people()
        person, found = known[number] if number < len(known) else abort(404)
        items = sorted(found, key=_generated, reverse=True)
        return render_template("mailbox.html", number=number, person=person, items=items, sender=simulator.tenant_name)

    @app.get("/mailbox/item/<key>")
    def mailbox_item(key: str) -> str:
        item = item_of(key)
        pages = [len(reader.inspect(part.body).pages) for part in item.content.parts]
        return render_template(
            "mailbox_item.html",
            item=item,
            payment=item.content.payload.get("payment_multiple_options"),
            accounts=ACCOUNTS,
            pages=pages,
            number=[person for person, _ in people()].index(item.content.recipient),
            sender=simulator.tenant_name,
        )

    @app.get("/mailbox/item/<key>/<int:number>.pdf")
    def mailbox_pdf(key: str, number: int) -> Response:
        return file_answer(part_of(key, number).body, "application/pdf")

    @app.get("/mailbox/item/<key>/<int:number>.html")
    def mailbox_html(key: str, number: int) -> Response:
        html = part_of(key, number).html
        return foreign_html(html.decode("utf-8", "replace")) if html is not None else abort(404)

    @app.get("/mailbox/item/<key>/<int:number>/<int:page>.png")
    def mailbox_page(key: str, number: int, page: int) -> Response:
        part = part_of(key, number)
        return (
            picture(reader.picture(part.body, page, 1.6)) if page < len(reader.inspect(part.body).pages) else abort(404)
        )

    _ = (mailboxes, mailbox, mailbox_item, mailbox_pdf, mailbox_html, mailbox_page)  # registered above


def _generated(item: "MailboxItem") -> tuple[str, Any]:
    # generated_at is what the mailbox sorts by (Kivra's OpenAPI description).
    return str(item.content.payload.get("generated_at", item.at.date().isoformat())), item.at
