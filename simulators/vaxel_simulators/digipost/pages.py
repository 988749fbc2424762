"""The simulated Digipost: what its recipients would see, in the mailbox and out of the envelope."""

from typing import TYPE_CHECKING

from flask import Flask, Response, abort, render_template

from vaxel_simulators.pdf import reader
from vaxel_simulators.showing import SHOWN, by_recipient, file_answer, picture, prepare

if TYPE_CHECKING:
    from vaxel_simulators.digipost.items import Item
    from vaxel_simulators.digipost.rules import Letter
    from vaxel_simulators.digipost.simulator import DigipostSimulator


def add_pages(app: Flask, simulator: "DigipostSimulator") -> None:
    """Add the pages; recipients are numbered by first arrival, so no personal number stands in an address."""
    prepare(app, simulator)

    def people() -> "list[tuple[str, list[Item]]]":
        return by_recipient(simulator.items(), lambda item: item.message.recipient)

    def found(uuid: str) -> "tuple[int, Item]":
        for number, (_, items) in enumerate(people()):
            for item in items:
                if item.message.letters[0].uuid == uuid:
                    return number, item
        return abort(404)

    def letter_of(uuid: str, number: int) -> "Letter":
        letters = found(uuid)[1].message.letters
        return letters[number] if number < len(letters) else abort(404)

    @app.get("/post/")
    def post() -> str:
        everybody = people()
        return render_template("digipost_boxes.html", boxes=everybody[:SHOWN], hidden=len(everybody[SHOWN:]))

    @app.get("/post/<int:number>/")
    def box(number: int) -> str:
        known = people()
        person, items = known[number] if number < len(known) else abort(404)
        return render_template(
            "digipost_box.html", number=number, person=person, items=items[::-1], sender=simulator.sender_name
        )

    @app.get("/post/letter/<uuid>")
    def letter(uuid: str) -> str:
        number, item = found(uuid)
        simulator.open_letter(uuid)
        pages = [len(reader.inspect(one.body).pages) if one.file_type == "pdf" else 0 for one in item.message.letters]
        return render_template(
            "digipost_letter.html", item=item, number=number, pages=pages, sender=simulator.sender_name
        )

    @app.get("/post/letter/<uuid>/<int:number>.file")
    def letter_file(uuid: str, number: int) -> Response:
        one = letter_of(uuid, number)
        if one.file_type == "pdf":
            return file_answer(one.body, "application/pdf")
        return file_answer(one.body, "application/octet-stream", download=f"{one.subject}.{one.file_type}")

    @app.get("/post/letter/<uuid>/<int:number>/<int:page>.png")
    def letter_page(uuid: str, number: int, page: int) -> Response:
        one = letter_of(uuid, number)
        if one.file_type != "pdf" or page >= len(reader.inspect(one.body).pages):
            abort(404)
        return picture(reader.picture(one.body, page, 1.6))

    _ = (post, box, letter, letter_file, letter_page)  # registered above
