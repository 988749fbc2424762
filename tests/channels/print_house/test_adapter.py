"""What the drop folder alone does: two files in order, nothing half-written, acknowledgements that come back."""

import hashlib
import json
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel_channels.contract import Order, Reach
from vaxel_channels.print_house import PrintHouse, PrintHouseSettings
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured, Refused, Unreachable
from vaxel_engine.model import PostalAddress, Recipient
from vaxel_ledger.states import Status
from vaxel_simulators import Fault, PrintHouseSimulator

LETTER = Path(__file__).parents[1] / "letter.pdf"
MakeOrder = Callable[..., Order]
MakeSettings = Callable[..., PrintHouseSettings]


def test_the_manifest_says_all_that_its_page_promises(print_house: PrintHouse, make_order: MakeOrder) -> None:
    order = make_order()
    pdf = order.artifacts[ArtifactKind.PRINT_PDF].body
    assert json.loads(print_house.prepare(order).details["manifest"]) == {
        "format": "vaxel-print-job/1",
        "job": order.key,
        "file": f"{order.key}.pdf",
        "sha256": hashlib.sha256(pdf).hexdigest(),
        "bytes": len(pdf),
        "pages": 2,
        "sheets": 1,
        "grams": 12,
        "weight_class": 20,
        "together": order.key,
        "sort": "SE-97333",
        "duplex": True,
        "colour": True,
        "paper": "A4",
        "envelope": "C5",
        "window": "c5-left",
        "postage_class": "B",
        "post_code": "97333",
        "country": "SE",
        "sender": "nordljus",
        "kind": "invoice",
        "prepared_at": "2026-11-20T08:30:00+01:00",
        "test": False,
    }


def test_one_side_takes_a_sheet_for_each_page(make_settings: MakeSettings, make_order: MakeOrder) -> None:
    manifest = PrintHouse(make_settings(duplex=False)).prepare(make_order()).details["manifest"]
    assert json.loads(manifest)["sheets"] == 2


def test_a_job_is_two_files_named_by_its_key(print_house: PrintHouse, make_order: MakeOrder, tmp_path: Path) -> None:
    order = make_order()
    print_house.send(print_house.prepare(order))
    files = sorted(path.name for path in (tmp_path / "drop").iterdir() if path.is_file())
    assert files == [f"{order.key}.json", f"{order.key}.pdf"]


def test_a_job_is_posted_and_reported_once(
    print_house: PrintHouse, make_order: MakeOrder, simulator: PrintHouseSimulator
) -> None:
    order = make_order()
    receipt = print_house.send(print_house.prepare(order))
    assert list(print_house.collect()) == []
    simulator.scan()
    (report,) = print_house.collect()
    assert receipt.status is Status.HANDED_OVER
    assert (report.provider, report.key, report.status) == ("print", order.key, Status.DELIVERED)
    assert report.at is not None
    assert list(print_house.collect()) == []
    assert len(simulator.posted()) == 1


def test_a_repeat_after_the_acknowledgement_prints_nothing(
    print_house: PrintHouse, make_order: MakeOrder, simulator: PrintHouseSimulator
) -> None:
    consignment = print_house.prepare(make_order())
    for _ in range(2):
        print_house.send(consignment)
        simulator.scan()
    assert len(simulator.arrivals()) == 1


def test_a_repeat_before_the_acknowledgement_prints_once(
    print_house: PrintHouse, make_order: MakeOrder, simulator: PrintHouseSimulator
) -> None:
    consignment = print_house.prepare(make_order())
    simulator.script(Fault.SILENCE_AFTER_ACCEPT)
    for _ in range(2):
        print_house.send(consignment)
        simulator.scan()
    assert [arrival.delivered for arrival in simulator.arrivals()] == [True, False]


def test_a_refusal_comes_back_with_its_reason(
    print_house: PrintHouse, make_order: MakeOrder, simulator: PrintHouseSimulator
) -> None:
    nowhere = {"line_1": "Ingenstans 1", "post_code": "00000", "city": "Ingenstans", "country_code": "SE"}
    print_house.send(print_house.prepare(make_order(recipient={"postal_address": nowhere})))
    simulator.scan()
    (report,) = print_house.collect()
    assert report.status is Status.FAILED
    assert "postal code" in (report.reason or "")


def test_an_acknowledgement_that_cannot_be_read_is_left_for_the_next_time(
    print_house: PrintHouse, make_order: MakeOrder, simulator: PrintHouseSimulator
) -> None:
    order = make_order()
    print_house.send(print_house.prepare(order))
    simulator.script(Fault.MALFORMED_JSON)
    simulator.scan()
    assert list(print_house.collect()) == []
    mended = {"format": "vaxel-print-acknowledgement/1", "job": order.key, "at": "2026-11-21T10:00:00+01:00"}
    (simulator.drop_folder / "acknowledgements" / f"{order.key}.accepted.json").write_text(json.dumps(mended))
    assert [report.status for report in print_house.collect()] == [Status.DELIVERED]


def test_a_report_whose_taker_failed_comes_again(
    print_house: PrintHouse, make_order: MakeOrder, simulator: PrintHouseSimulator
) -> None:
    print_house.send(print_house.prepare(make_order()))
    simulator.scan()
    assert next(iter(print_house.collect())).status is Status.DELIVERED
    assert len(list(print_house.collect())) == 1


@pytest.mark.parametrize(
    "name", ["notes.txt", "x.accepted.json", f"{'a' * 64}.accepted.json.part", f"{'a' * 64}.lost.json"]
)
def test_other_files_among_the_acknowledgements_are_passed_over(
    print_house: PrintHouse, simulator: PrintHouseSimulator, name: str
) -> None:
    (simulator.drop_folder / "acknowledgements" / name).write_text("{}")
    assert list(print_house.collect()) == []


def test_an_acknowledgement_answers_only_for_its_own_name(
    print_house: PrintHouse, simulator: PrintHouseSimulator
) -> None:
    other = {"format": "vaxel-print-acknowledgement/1", "job": "b" * 64, "at": "2026-11-21T10:00:00+01:00"}
    (simulator.drop_folder / "acknowledgements" / f"{'a' * 64}.accepted.json").write_text(json.dumps(other))
    assert list(print_house.collect()) == []


def test_a_folder_that_is_not_mounted_is_never_made(
    make_settings: MakeSettings, make_order: MakeOrder, tmp_path: Path
) -> None:
    print_house = PrintHouse(make_settings(folder=tmp_path / "unmounted"))
    with pytest.raises(Unreachable, match="nothing was handed over"):
        print_house.send(print_house.prepare(make_order()))
    assert not (tmp_path / "unmounted").exists()


def test_a_full_disk_leaves_nothing_half_written(
    print_house: PrintHouse, make_order: MakeOrder, tmp_path: Path
) -> None:
    consignment = print_house.prepare(make_order())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))  # the disk ends in the middle of the PDF
    try:
        with pytest.raises(Unreachable, match="nothing was handed over"):
            print_house.send(consignment)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path.name for path in (tmp_path / "drop").iterdir() if path.is_file()] == []


def test_a_link_in_the_folder_is_not_written_through(
    print_house: PrintHouse, make_order: MakeOrder, tmp_path: Path
) -> None:
    consignment = print_house.prepare(make_order())
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    (tmp_path / "drop" / f"{consignment.key}.pdf.part").symlink_to(victim)
    with pytest.raises(Unreachable):
        print_house.send(consignment)
    assert victim.read_text() == "untouched"


def test_another_job_under_the_same_name_is_never_overwritten(
    print_house: PrintHouse, make_order: MakeOrder, tmp_path: Path
) -> None:
    consignment = print_house.prepare(make_order())
    (tmp_path / "drop" / f"{consignment.key}.json").write_text("another")
    with pytest.raises(Refused, match="holds another job"):
        print_house.send(consignment)


def test_a_job_can_be_read_by_the_print_houses_group_alone(
    print_house: PrintHouse, make_order: MakeOrder, tmp_path: Path
) -> None:
    consignment = print_house.prepare(make_order())
    print_house.send(consignment)
    for name in (f"{consignment.key}.pdf", f"{consignment.key}.json"):
        assert os.stat(tmp_path / "drop" / name).st_mode & 0o037 == 0  # noqa: PTH116


@pytest.mark.parametrize(
    ("address", "reach"),
    [
        ({"line_1": "Gatan 1", "post_code": "111 22", "city": "Stockholm", "country_code": "SE"}, Reach.HIT),
        ({"line_1": "1 Queen's Road", "city": "Hong Kong", "country_code": "HK"}, Reach.HIT),
        ({"line_1": "Gatan 1", "city": "Stockholm", "country_code": "SE"}, Reach.NO_ADDRESS),
        ({"post_code": "11122", "city": "Stockholm", "country_code": "SE"}, Reach.NO_ADDRESS),
        ({"line_1": "Gatan 1", "post_code": "11122", "country_code": "SE"}, Reach.NO_ADDRESS),
    ],
)
def test_a_letter_needs_a_whole_address(print_house: PrintHouse, address: dict[str, str], reach: Reach) -> None:
    recipient = Recipient(name="A", postal_address=PostalAddress.model_validate(address))
    assert print_house.look_up([recipient]) == [reach]


def test_a_document_without_an_address_is_refused(print_house: PrintHouse, make_order: MakeOrder) -> None:
    with pytest.raises(Refused, match="NL-26110001: it states no whole postal address"):
        print_house.prepare(make_order(recipient={"postal_address": None}))


def test_a_pdf_over_the_limit_is_refused(make_settings: MakeSettings, make_order: MakeOrder) -> None:
    with pytest.raises(Refused, match=r"bytes and 5,000 are taken"):
        PrintHouse(make_settings(max_bytes=5_000)).prepare(make_order())


def test_a_pdf_that_printers_refuse_is_refused(print_house: PrintHouse, make_order: MakeOrder) -> None:
    with pytest.raises(Refused, match="its PDF is not a PDF that can be read"):
        print_house.prepare(make_order(bodies={ArtifactKind.PRINT_PDF: b"%PDF-1.7"}))


def test_a_finished_pdf_is_held_against_the_whole_profile_and_our_own_pages_by_their_structure(
    make_settings: MakeSettings, make_order: MakeOrder
) -> None:
    pingen = PrintHouse(make_settings(profile="pingen"))
    finished = {"kind": "finished_pdf", "invoice": None, "pdf": {"title": "Intyg", "content": LETTER.read_bytes()}}
    assert json.loads(pingen.prepare(make_order()).details["manifest"])["pages"] == 2
    with pytest.raises(Refused, match=r"in the postage area of page 1 \(x 20.*more; vaxel check-print lists all"):
        pingen.prepare(make_order(**finished))


def test_a_profile_that_nobody_knows_is_named_with_what_there_is(make_settings: MakeSettings) -> None:
    with pytest.raises(Misconfigured, match=r'`profile` is "c6".*there are c5-safe, digipost'):
        make_settings(profile="c6")
    with pytest.raises(Misconfigured, match=r"`profile_file` names nowhere\.toml, which cannot be read"):
        PrintHouse(make_settings(profile_file=Path("nowhere.toml")))


@pytest.mark.parametrize(("key", "value"), [("envelope", ""), ("max_pages", 0), ("max_bytes", 0)])
def test_settings_that_make_no_sense_are_named(make_settings: MakeSettings, key: str, value: object) -> None:
    with pytest.raises(Misconfigured, match=f"`{key}` is"):
        make_settings(**{key: value})
