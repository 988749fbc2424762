"""The simulated letterbox: what the recipients of paper letters would see."""

from typing import TYPE_CHECKING

from flask import Flask, Response, abort, render_template

from vaxel_simulators.pdf import reader
from vaxel_simulators.showing import file_answer, picture, prepare

if TYPE_CHECKING:
    from vaxel_simulators.print_house.simulator import Posted, PrintHouseSimulator


def add_pages(app: Flask, simulator: "PrintHouseSimulator") -> None:
    """Add the letterbox's pages; letters are numbered by posting."""
    prepare(app, simulator)

    def letter_of(number: int) -> "Posted":
        posted = simulator.posted()
        return posted[number] if number < len(posted) else abort(404)

    @app.get("/letterbox/")
    def letterbox() -> str:
        order = {posted.letter.key: number for number, posted in enumerate(simulator.posted())}
        envelopes = [[(order[one.letter.key], one) for one in letters] for letters in simulator.envelopes()]
        return render_template("letterbox.html", envelopes=envelopes, refused=simulator.refused())

    @app.get("/letterbox/<int:number>")
    def letter(number: int) -> str:
        return render_template("letter.html", number=number, posted=letter_of(number))

    @app.get("/letterbox/<int:number>.pdf")
    def letter_pdf(number: int) -> Response:
        return file_answer(letter_of(number).letter.pdf, "application/pdf")

    @app.get("/letterbox/<int:number>/<int:page>.png")
    def letter_page(number: int, page: int) -> Response:
        posted = letter_of(number).letter
        return picture(reader.picture(posted.pdf, page, 1.6)) if page < posted.pages else abort(404)

    _ = (letterbox, letter, letter_pdf, letter_page)  # registered above
