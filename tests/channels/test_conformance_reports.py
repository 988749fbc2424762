"""The readers of reports keep their promises, and the suite finds the one that does not."""

import dataclasses
import json
from collections.abc import Callable

import pytest

from vaxel_channels import conformance_reports
from vaxel_channels.conformance import Broken
from vaxel_channels.conformance_reports import REPORT_ROWS, ReportHarness
from vaxel_channels.contract import Report
from vaxel_channels.elks.wire import read_report as read_elks
from vaxel_channels.link_mobility.wire import read_report as read_link

SECRET = "+46701740605"


def link_report(code: int, **changes: object) -> bytes:
    return json.dumps({"refId": "ab" * 32, "id": "m1", "resultCode": code, "segments": 1, **changes}).encode()


DELIVERED = b"id=s1&status=delivered&delivered=2026-11-20T08%3A00%3A00.5"
HARNESSES = {
    "46elks": ReportHarness(
        read_elks,
        good=[
            b"id=s1&status=sent",
            DELIVERED,
            b"id=s1&status=failed",
        ],
        forged=[b"", SECRET.encode(), b"id=s1", b"status=delivered", b"{}", b"id=&status=%2B46701740605", b"\xff"],
        secrets=[SECRET],
    ),
    "LINK Mobility": ReportHarness(
        read_link,
        good=[link_report(1000), link_report(1001), link_report(1006)],
        forged=[
            b"",
            SECRET.encode(),
            b"{",
            b"[]",
            b'{"id": "m1"}',
            link_report(1001, id=""),
            link_report(1, id=[SECRET]),
        ],
        secrets=[SECRET],
    ),
}


@pytest.mark.parametrize("row", REPORT_ROWS, ids=lambda row: row.__name__)
@pytest.mark.parametrize("name", HARNESSES)
def test_keeps_the_promise(name: str, row: conformance_reports.ReportRow) -> None:
    row(HARNESSES[name])


def forgetful(body: bytes) -> Report:
    return dataclasses.replace(read_elks(body), receipt_id="always")


def nameless(body: bytes) -> Report:
    return dataclasses.replace(read_elks(body), reference=None)


def chatty(body: bytes) -> Report:
    try:
        return read_elks(body)
    except ValueError:
        raise ValueError(f"is not a form: {body!r}") from None


def trusting(body: bytes) -> Report:
    try:
        return read_elks(body)
    except ValueError:
        return read_elks(b"id=s1&status=delivered")


@pytest.mark.parametrize(
    ("read", "row"),
    [
        (forgetful, conformance_reports.a_report_that_comes_twice_counts_once),
        (nameless, conformance_reports.every_report_names_its_hand_over),
        (chatty, conformance_reports.what_is_forged_is_no_report),
        (trusting, conformance_reports.what_is_forged_is_no_report),
    ],
)
def test_a_broken_promise_is_found(read: Callable[[bytes], Report], row: conformance_reports.ReportRow) -> None:
    with pytest.raises(Broken):
        row(dataclasses.replace(HARNESSES["46elks"], read=read))
