"""The print house simulator takes only whole jobs, refuses what printers refuse, and acknowledges each by a file."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from vaxel_simulators import Fault, PrintHouseSimulator, SimulatorError
from vaxel_simulators.tables import rows_of

Drop = Callable[..., str]
Acknowledgement = Callable[[str], dict[str, Any] | None]
REFUSALS = rows_of("print_house", "must_refuse.csv")
HTTP = httpx.Client(verify=False, trust_env=False)  # noqa: S501 - loopback without TLS; loading certificates takes longer


@pytest.mark.parametrize("row", REFUSALS, ids=[row["variant"] for row in REFUSALS])
def test_refuses_every_row_of_the_table(
    row: dict[str, str],
    print_house: PrintHouseSimulator,
    drop: Drop,
    acknowledgement: Acknowledgement,
    pdfs: Mapping[str, bytes],
) -> None:
    where, value = row["where"], row["value"]
    if where == "manifest":
        key = drop(raw=value.encode())
    elif where == "pdf" and value == "(absent)":
        key = drop(pdf=None, bytes=1)
    elif where == "pdf":
        pages = 121 if value == "(121 pages)" else 1
        key = drop(pdfs[value], pages=pages, sheets=(pages + 1) // 2)
    elif where == "again":
        drop()
        print_house.scan()
        key = drop(pdfs[value], pages=2)
        (print_house.drop_folder / "acknowledgements" / f"{key}.accepted.json").unlink()
    else:
        key = drop(**{where: value if value == "(absent)" else json.loads(value)})
    posted = len(print_house.posted())
    assert print_house.scan() == 1
    answer = acknowledgement(key)
    assert answer is not None
    assert (answer["verdict"], answer["code"]) == ("refused", row["code"])
    assert (answer["format"], answer["job"]) == ("vaxel-print-acknowledgement/1", key)
    assert answer["reason"].endswith(".")
    assert len(print_house.posted()) == posted
    assert (print_house.drop_folder / "refused" / f"{key}.json").is_file()


def test_prints_and_acknowledges_a_whole_job(
    print_house: PrintHouseSimulator, drop: Drop, acknowledgement: Acknowledgement, pdfs: Mapping[str, bytes]
) -> None:
    key = drop()
    print_house.scan()
    answer = acknowledgement(key)
    assert answer == {
        "verdict": "accepted",
        "format": "vaxel-print-acknowledgement/1",
        "job": key,
        "at": "2026-11-20T12:00:00+00:00",
        "warnings": [],
    }
    assert (print_house.arrivals()[0].reference, print_house.arrivals()[0].body) == (key, pdfs["letter"])
    assert not list(print_house.drop_folder.glob("*.*"))
    assert {path.suffix for path in (print_house.drop_folder / "printed").iterdir()} == {".json", ".pdf"}


def test_ignores_what_is_not_there_yet(print_house: PrintHouseSimulator, drop: Drop) -> None:
    key = drop()
    manifest = print_house.drop_folder / f"{key}.json"
    part = manifest.rename(manifest.with_name(f"{manifest.name}.part"))
    assert print_house.scan() == 0
    part.rename(manifest)
    assert print_house.scan() == 1


def test_a_repeat_is_acknowledged_and_not_printed_again(
    print_house: PrintHouseSimulator, drop: Drop, acknowledgement: Acknowledgement
) -> None:
    drop()
    print_house.scan()
    key = drop()
    print_house.scan()
    assert [arrival.delivered for arrival in print_house.arrivals()] == [True, False]
    assert len(print_house.posted()) == 1
    assert acknowledgement(key) is not None


@pytest.mark.parametrize(
    ("pdf", "warning"),
    [("(cut by the window)", "TEXT_CUT_BY_WINDOW"), ("(text in the barcode zone)", "TEXT_IN_BARCODE_ZONE")],
)
def test_warns_where_the_inserter_may_stumble(
    pdf: str, warning: str, print_house: PrintHouseSimulator, drop: Drop, acknowledgement: Acknowledgement, pdfs: Any
) -> None:
    key = drop(pdfs[pdf])
    print_house.scan()
    answer = acknowledgement(key)
    assert answer is not None
    assert (answer["verdict"], answer["warnings"]) == ("accepted", [warning])


def test_a_proof_is_checked_and_marked(print_house: PrintHouseSimulator, drop: Drop) -> None:
    drop(test=True)
    print_house.scan()
    assert print_house.posted()[0].letter.test
    assert "Proof, not posted" in HTTP.get(print_house.page_url).text


def test_watches_the_folder_by_itself(tmp_path: Path) -> None:
    with PrintHouseSimulator(tmp_path) as house:
        (tmp_path / f"{'0' * 64}.json").write_text("{")
        deadline = time.monotonic() + 5
        while not house.refused() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert [refusal.code for refusal in house.refused()] == ["MANIFEST_UNREADABLE"]


FAULTS: dict[Fault, tuple[int, str | None]] = {
    # fault: letters printed, verdict that can be read (None: none)
    Fault.SILENCE_BEFORE_ACCEPT: (0, None),
    Fault.SILENCE_AFTER_ACCEPT: (1, None),
    Fault.RESET_MID_ANSWER: (1, None),
    Fault.TOO_MANY_REQUESTS: (0, None),
    Fault.SERVER_ERROR_BEFORE: (0, "refused"),
    Fault.SERVER_ERROR_AFTER_ACCEPT: (1, "refused"),
    Fault.MALFORMED_JSON: (1, None),
    Fault.HTML_ANSWER: (0, None),
    Fault.SLOW: (1, "accepted"),
}


@pytest.mark.parametrize("fault", list(FAULTS))
def test_a_scripted_fault_is_met_once_and_then_gone(
    fault: Fault, print_house: PrintHouseSimulator, drop: Drop, acknowledgement: Acknowledgement
) -> None:
    print_house.slow_seconds = 0.01
    print_house.script(fault)
    key = drop(about="first")
    print_house.scan()
    try:
        answer = acknowledgement(key)
    except ValueError:
        answer = None
    assert (len(print_house.posted()), answer and answer["verdict"]) == FAULTS[fault]
    key = drop(about="second")
    print_house.scan()
    second = acknowledgement(key)
    assert second is not None
    assert second["verdict"] == "accepted"


def test_a_folder_has_no_credentials_that_expire(print_house: PrintHouseSimulator) -> None:
    with pytest.raises(SimulatorError, match="no credentials"):
        print_house.script(Fault.EXPIRED_CREDENTIALS)


def test_the_letterbox_shows_the_window_and_the_pages(
    print_house: PrintHouseSimulator, drop: Drop, pdfs: Mapping[str, bytes]
) -> None:
    assert "No envelopes yet" in HTTP.get(print_house.page_url).text
    drop()
    drop(about="refused", post_code="00000")
    print_house.scan()
    assert "POSTAL_CODE" in HTTP.get(print_house.page_url).text
    assert HTTP.get(f"{print_house.page_url}0").status_code == 200
    assert HTTP.get(f"{print_house.page_url}0.pdf").content == pdfs["letter"]
    assert HTTP.get(f"{print_house.page_url}0/0.png").content.startswith(b"\x89PNG")
    assert HTTP.get(f"{print_house.page_url}7").status_code == 404
