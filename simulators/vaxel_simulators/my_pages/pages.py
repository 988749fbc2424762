"""What a customer sees in the simulated pages: a card for each document, and the document."""

from typing import TYPE_CHECKING

from flask import Flask, Response, abort, render_template

from vaxel_simulators.pdf import reader
from vaxel_simulators.showing import SHOWN, by_recipient, file_answer, picture, prepare

if TYPE_CHECKING:
    from vaxel_simulators.my_pages.simulator import MyPagesSimulator, Shown


def add_pages(app: Flask, simulator: "MyPagesSimulator") -> None:
    """Add the customer's pages."""
    prepare(app, simulator)

    def found(key: str) -> "Shown":
        return next((one for one in simulator.documents() if one.key == key), None) or abort(404)

    @app.get("/my-pages/")
    def cards() -> str:
        groups = by_recipient(simulator.documents(), lambda one: one.customer)
        return render_template("my_pages.html", groups=groups[:SHOWN], hidden=len(groups[SHOWN:]), name=simulator.name)

    @app.get("/my-pages/<key>")
    def document(key: str) -> str:
        one = found(key)
        simulator.open_document(key)
        pages = len(reader.inspect(one.pdf).pages)
        return render_template("my_pages_document.html", one=one, pages=pages, name=simulator.name)

    @app.get("/my-pages/<key>.pdf")
    def document_pdf(key: str) -> Response:
        return file_answer(found(key).pdf, "application/pdf")

    @app.get("/my-pages/<key>/<int:page>.png")
    def document_page(key: str, page: int) -> Response:
        pdf = found(key).pdf
        return picture(reader.picture(pdf, page, 1.6)) if page < len(reader.inspect(pdf).pages) else abort(404)

    _ = (cards, document, document_pdf, document_page)  # registered above
