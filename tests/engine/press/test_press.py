"""The press: the bytes of the renderer, its errors as they were, and no trace of the process in between."""

import dataclasses
import pickle
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Misconfigured, NotCarried, TemplateError, Unreadable, Unrenderable, VaxelError
from vaxel_engine.model import Document, PostalAddress
from vaxel_engine.packs import Pack
from vaxel_engine.press import Check, Limits, Press
from vaxel_engine.press.floor import Floor
from vaxel_engine.press.said import raised, told
from vaxel_engine.rendering import kinds_of, render_all

DocumentBuilder = Callable[..., Document]
PackMaker = Callable[[Mapping[str, str]], Pack]


def bodies(made: Mapping[ArtifactKind, Artifact]) -> dict[ArtifactKind, bytes]:
    return {kind: artifact.body for kind, artifact in made.items()}


@pytest.fixture(scope="module")
def direct(nordljus: Pack, build: DocumentBuilder) -> dict[ArtifactKind, bytes]:
    """What rendering in this very process makes."""
    document = build(usage=True, balance=True)
    return bodies(render_all(document, kinds_of(document), pack=nordljus))


def test_the_bytes_are_those_of_rendering_in_this_process(
    patient: Press, nordljus: Pack, build: DocumentBuilder, direct: Mapping[ArtifactKind, bytes]
) -> None:
    document = build(usage=True, balance=True)
    assert bodies(patient.render_all(document, kinds_of(document), pack=nordljus)) == direct


def test_a_worker_that_is_kept_makes_the_same_bytes_for_every_document(
    patient: Press, nordljus: Pack, build: DocumentBuilder, direct: Mapping[ArtifactKind, bytes]
) -> None:
    published = dataclasses.replace(nordljus, published=True, digest="0" * 64)
    reference = render_all(build(usage=True, balance=True), [ArtifactKind.WEB], pack=published)
    for document in (build(name="Nils Åström"), build(usage=True, balance=True)):
        made = patient.render_all(document, [ArtifactKind.WEB], pack=published)
    assert bodies(made) == bodies(reference)
    assert made[ArtifactKind.WEB].body == direct[ArtifactKind.WEB]


def test_where_forking_is_not_safe_a_started_worker_makes_the_same_bytes(
    nordljus: Pack, build: DocumentBuilder, direct: Mapping[ArtifactKind, bytes]
) -> None:
    floor = Floor(forks=False)
    try:
        made = Press(floor=floor).render(build(usage=True, balance=True), ArtifactKind.WEB, pack=nordljus)
    finally:
        floor.close()
    assert made.body == direct[ArtifactKind.WEB]


def test_a_sitting_makes_what_artifacts_share_once(patient: Press, nordljus: Pack, build: DocumentBuilder) -> None:
    with patient.sitting(build(), nordljus) as sitting:
        mailbox = sitting.artifact(ArtifactKind.MAILBOX_PDF)
        sitting.rest()
        email = sitting.artifact(ArtifactKind.EMAIL)
    assert sitting.artifact(ArtifactKind.MAILBOX_PDF) is mailbox
    assert b"application/pdf" in email.body


def test_a_fault_in_a_template_names_file_line_and_name_across_the_processes(
    patient: Press, make_pack: PackMaker, build: DocumentBuilder
) -> None:
    pack = make_pack({"sections/help.web.html": "<p>\n\n{{ amont_due }}</p>"})
    with pytest.raises(TemplateError, match="amont_due") as caught:
        patient.render(build(), ArtifactKind.WEB, pack=pack)
    assert caught.value.file.endswith("tried/sections/help.web.html")
    assert caught.value.line == 3


def test_a_document_that_cannot_be_printed_says_so_in_the_same_words(
    patient: Press, nordljus: Pack, build: DocumentBuilder
) -> None:
    document = build(name="請 Öberg", address=PostalAddress(line_1="A", post_code="1", city="B", country_code="SE"))
    with pytest.raises(Unrenderable, match="U\\+8ACB"):
        patient.render(document, ArtifactKind.MAILBOX_PDF, pack=nordljus)


@pytest.mark.parametrize(
    "error",
    [
        TemplateError("wrong", file="a/b.html", line=3),
        TemplateError("wrong", file="a/b.html"),
        NotCarried("not carried", terms=("BT-1", "BG-2")),
        Unrenderable("not rendered"),
        Unreadable("not read"),
        Misconfigured("not set"),
    ],
)
def test_errors_travel_as_values(error: VaxelError) -> None:
    again = raised(told(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_a_pack_travels_whole_and_with_nothing_made_of_it(nordljus: Pack) -> None:
    again = pickle.loads(pickle.dumps(nordljus))  # noqa: S301  # our own
    assert (again.digest, again.files, again.words("sv")["title.invoice"]) == (
        nordljus.digest,
        dict(nordljus.files),
        nordljus.words("sv")["title.invoice"],
    )
    assert isinstance(again, Pack)


def test_workers_see_no_secret_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, nordljus: Pack, build: DocumentBuilder
) -> None:
    monkeypatch.setenv("PROVIDER_PASSWORD", "hemligt")
    floor = Floor()
    try:
        bench, worker = floor.take(nordljus, [ArtifactKind.SMS], build().kind, Limits())
        pid = worker.process.pid
        assert "PROVIDER_PASSWORD" not in Path(f"/proc/{pid}/environ").read_text()
        floor.give_back(bench, worker, Limits(), kept=False)
    finally:
        floor.close()


def test_many_threads_share_a_press(patient: Press, nordljus: Pack, build: DocumentBuilder) -> None:
    documents = [build(name=f"Kund {number}", reference=f"R-{number}") for number in range(6)]
    made: dict[int, bytes] = {}

    def render(number: int) -> None:
        several = {
            patient.render(documents[number], ArtifactKind.SMS, pack=nordljus, check=Check.BULK).body for _ in range(8)
        }
        (made[number],) = several

    threads = [threading.Thread(target=render, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    direct = {
        n: render_all(d, [ArtifactKind.SMS], pack=nordljus)[ArtifactKind.SMS].body for n, d in enumerate(documents)
    }
    assert made == direct


def test_a_limit_that_would_stop_every_document_is_refused() -> None:
    with pytest.raises(Misconfigured, match="processor"):
        Limits(processor=0)
