"""What Digipost alone does: signatures both ways, paper for non-users and for non-readers, and a feed of events."""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from vaxel_channels.contract import KeepsReports, Order, Reach
from vaxel_channels.digipost import Digipost, DigipostSettings
from vaxel_channels.settings import Mode
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured, OutcomeUnknown, Refused, Unreachable
from vaxel_engine.model import NationalId, PostalAddress, Recipient
from vaxel_ledger.states import Status
from vaxel_simulators import DigipostSimulator, Fault

MakeOrder = Callable[..., Order]
MakeSettings = Callable[..., DigipostSettings]
USER, STRANGER, GONE, SILENT, PRINT_FAILS = "02018023833", "01018023985", "01010723805", "02010123839", "01011023807"


def person(number: str, *, address: bool = True) -> Recipient:
    place = PostalAddress(line_1="Storgata 1", post_code="0155", city="Oslo", country_code="NO") if address else None
    return Recipient(name="Noen", national_id=NationalId(country_code="NO", value=number), postal_address=place)


def to(number: str) -> dict[str, object]:
    return {"national_id": {"country_code": "NO", "value": number}}


def test_a_message_lands_in_the_right_mailbox_with_what_there_is_to_pay(
    digipost: Digipost, make_letter: MakeOrder, simulator: DigipostSimulator
) -> None:
    order = make_letter()
    receipt = digipost.send(digipost.prepare(order))
    (item,) = simulator.mailbox(USER)
    letter = item.message.letters[0]
    assert (receipt.status, receipt.reference, letter.subject) == (Status.DELIVERED, letter.uuid, "Faktura 26110001")
    assert letter.body == order.artifacts[ArtifactKind.MAILBOX_PDF].body
    assert (letter.invoice["kid"], letter.invoice["sum"]) == ("2611000106", "2218.48")


def test_what_supports_the_invoice_travels_as_attachments(
    digipost: Digipost, make_letter: MakeOrder, simulator: DigipostSimulator
) -> None:
    attached = {"content": "aGVq", "mime_code": "text/csv", "filename": "måling.csv"}
    documents = [{"identifier": "1", "description": "Måleverdier", "attached": attached}, {"identifier": "2"}]
    digipost.send(digipost.prepare(make_letter(invoice={"supporting_documents": documents})))
    (item,) = simulator.items()
    assert [(one.subject, one.file_type, one.body) for one in item.message.letters[1:]] == [
        ("Måleverdier", "csv", b"hej")
    ]


def test_people_are_identified_and_answered_in_place(digipost: Digipost) -> None:
    asked = [person(STRANGER), Recipient(name="Utan"), person(USER), person(GONE)]
    assert digipost.look_up(asked) == [Reach.CONFIRMED_MISS, Reach.NO_ADDRESS, Reach.HIT, Reach.HIT]


def test_organisations_and_people_by_name_are_identified_and_reached(
    make_settings: MakeSettings, make_letter: MakeOrder, simulator: DigipostSimulator
) -> None:
    oslo = {"line_1": "Storgata 1", "post_code": "0155", "city": "Oslo", "country_code": "NO"}
    company: dict[str, Any] = {"name": "Fjord Kraft AS", "organisation_number": "988077917", "national_id": None}
    other = {**company, "organisation_number": "974760673"}
    kari: dict[str, Any] = {"name": "Kari Nordmann", "postal_address": oslo, "national_id": None}
    asked = [company, other, kari, {**kari, "name": "Ola Nordmann"}, {**kari, "name": "Per Nordmann"}]
    with contextlib.closing(Digipost(make_settings(by_name_and_address=True))) as digipost:
        reached = digipost.look_up([Recipient.model_validate(one) for one in asked])
        assert reached == [Reach.HIT, Reach.CONFIRMED_MISS, Reach.HIT, Reach.CONFIRMED_MISS, Reach.CONFIRMED_MISS]
        for number, one in enumerate((company, kari)):
            digipost.send(digipost.prepare(make_letter(recipient=one, reference=f"NL-{number}")))
        refused = digipost.prepare(make_letter(recipient={**kari, "name": "Ola Nordmann"}, reference="NL-9"))
        with pytest.raises(Refused, match="UNKNOWN_RECIPIENT") as caught:
            digipost.send(refused)
    assert "Nordmann" not in str(caught.value)
    assert [item.message.recipient for item in simulator.items()] == ["988077917", USER]


def test_a_name_and_an_address_name_nobody_unless_it_is_wanted(digipost: Digipost, make_letter: MakeOrder) -> None:
    order = make_letter(recipient={"national_id": None})
    assert digipost.look_up([order.document.recipient]) == [Reach.NO_ADDRESS]
    with pytest.raises(Refused, match="no Norwegian personal number nor organisation number; add one"):
        digipost.prepare(order)


def test_a_failing_register_makes_nobody_a_stranger(digipost: Digipost, simulator: DigipostSimulator) -> None:
    for fault in (Fault.SERVER_ERROR_BEFORE, Fault.HTML_ANSWER, Fault.MALFORMED_JSON, Fault.SILENCE_BEFORE_ACCEPT):
        simulator.script(fault, call="identify")
        assert digipost.look_up([person(STRANGER)]) == [Reach.UNKNOWN]
    assert digipost.look_up([person(STRANGER)]) == [Reach.CONFIRMED_MISS]


def test_with_paper_a_confirmed_stranger_is_reached_and_the_postmark_delivers(
    make_settings: MakeSettings, make_letter: MakeOrder, simulator: DigipostSimulator
) -> None:
    digipost = Digipost(make_settings(print_fallback=True, colour=True))
    assert digipost.look_up([person(STRANGER), person(STRANGER, address=False)]) == [Reach.HIT, Reach.CONFIRMED_MISS]
    receipt = digipost.send(digipost.prepare(make_letter(recipient=to(STRANGER))))
    (item,) = simulator.items()
    reports = list(digipost.collect())
    digipost.close()
    assert (receipt.status, item.printed, item.message.print_details and item.message.print_details.colour) == (
        Status.HANDED_OVER,
        True,
        True,
    )
    assert [(one.status, one.reference) for one in reports] == [(Status.DELIVERED, receipt.reference)]


def test_bad_news_of_a_print_follows(
    make_settings: MakeSettings, make_letter: MakeOrder, simulator: DigipostSimulator
) -> None:
    now = [dt.datetime.now(dt.UTC)]
    simulator.clock = lambda: now[0]
    digipost = Digipost(make_settings(print_if_unread_days=3), clock=lambda: now[0])
    order = dataclasses.replace(make_letter(recipient=to(PRINT_FAILS)), at=now[0])
    assert digipost.send(digipost.prepare(order)).status is Status.DELIVERED
    assert list(digipost.collect()) == []
    now[0] += dt.timedelta(days=4)
    (report,) = digipost.collect()
    digipost.close()
    assert (report.status, report.reason) == (
        Status.FAILED,
        'Digipost\'s print service could not print it ("INVALID_RECIPIENT_PRINT_ADDRESS").',
    )


def test_opening_is_reported_once_and_again_after_a_restart(
    digipost: Digipost, make_settings: MakeSettings, make_letter: MakeOrder, simulator: DigipostSimulator
) -> None:
    receipt = digipost.send(digipost.prepare(make_letter()))
    simulator.open_letter(receipt.reference or "")
    assert isinstance(digipost, KeepsReports)
    (first,) = digipost.collect()
    digipost.stored()
    assert (first.status, list(digipost.collect())) == (Status.READ, [])
    restarted = Digipost(make_settings())
    (again,) = restarted.collect()
    restarted.close()
    assert again.receipt_id == first.receipt_id


def test_the_feed_is_not_asked_more_often_than_the_settings_say(
    make_settings: MakeSettings, make_letter: MakeOrder, simulator: DigipostSimulator
) -> None:
    digipost = Digipost(make_settings(events_every_seconds=600.0))
    assert list(digipost.collect()) == []
    receipt = digipost.send(digipost.prepare(make_letter()))
    simulator.open_letter(receipt.reference or "")
    assert list(digipost.collect()) == []
    digipost.close()


def test_a_feed_that_cannot_be_read_is_told_and_asked_again(digipost: Digipost, simulator: DigipostSimulator) -> None:
    simulator.script(Fault.HTML_ANSWER, call="events")
    with pytest.raises(Unreachable, match="gave no readable feed of events"):
        list(digipost.collect())
    assert list(digipost.collect()) == []


def test_a_repeat_ends_in_the_receipt_of_the_first(
    digipost: Digipost, make_letter: MakeOrder, simulator: DigipostSimulator
) -> None:
    consignment = digipost.prepare(make_letter(recipient=to(SILENT)))
    with pytest.raises(OutcomeUnknown, match="fell silent"):
        digipost.send(consignment)
    asked, repeated = digipost.ask(consignment), digipost.send(consignment)
    assert asked is not None
    assert (asked.status, repeated.status, repeated.reference) == (Status.DELIVERED, Status.DELIVERED, asked.reference)
    assert len(simulator.items()) == 1


def test_what_never_arrived_is_certainly_not_there(digipost: Digipost, make_letter: MakeOrder) -> None:
    assert digipost.ask(digipost.prepare(make_letter())) is None


def test_who_left_after_the_look_up_is_refused_with_digiposts_words(digipost: Digipost, make_letter: MakeOrder) -> None:
    with pytest.raises(Refused, match="UNKNOWN_RECIPIENT"):
        digipost.send(digipost.prepare(make_letter(recipient=to(GONE))))


def test_a_clock_that_is_wrong_refuses_no_document(
    make_settings: MakeSettings, make_letter: MakeOrder, simulator: DigipostSimulator
) -> None:
    digipost = Digipost(make_settings(), clock=lambda: dt.datetime.now(dt.UTC) - dt.timedelta(minutes=6))
    with pytest.raises(Unreachable, match=r"DATE_HEADER_OUTSIDE_ACCEPTED_INTERVAL.*this machine's clock"):
        digipost.send(digipost.prepare(make_letter()))
    digipost.close()
    assert simulator.arrivals() == []


def test_an_answer_that_digipost_did_not_sign_is_an_unknown_outcome(
    digipost: Digipost, make_letter: MakeOrder, simulator: DigipostSimulator
) -> None:
    digipost.look_up([person(USER)])  # the certificate is known now
    simulator.server_key = simulator.client_key  # somebody else answers
    with pytest.raises(OutcomeUnknown, match="did not sign"):
        digipost.send(digipost.prepare(make_letter()))


def test_an_address_elsewhere_in_the_entry_point_is_not_followed(
    make_settings: MakeSettings, make_letter: MakeOrder, simulator: DigipostSimulator
) -> None:
    digipost = Digipost(make_settings(base_url=simulator.url.replace("127.0.0.1", "localhost")))
    with pytest.raises(Unreachable, match="another host than `base_url`"):
        digipost.send(digipost.prepare(make_letter()))
    digipost.close()


def test_without_a_norwegian_number_nothing_is_frozen(digipost: Digipost, make_order: MakeOrder) -> None:
    with pytest.raises(Refused, match="no Norwegian personal number"):
        digipost.prepare(make_order())


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"recipient": {"postal_address": None}}, "no whole postal address"),
        ({"bodies": {ArtifactKind.MAILBOX_PDF: b"%PDF-1.7 broken"}}, "is not a PDF that can be read"),
    ],
)
def test_what_must_be_printable_and_is_not_is_refused(
    make_settings: MakeSettings, make_letter: MakeOrder, changes: dict[str, object], why: str
) -> None:
    digipost = Digipost(make_settings(print_if_unread_days=3))
    with pytest.raises(Refused, match=why):
        digipost.prepare(make_letter(**changes))
    digipost.close()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sender_id": "988 077 917"}, "`sender_id` is not the number that Digipost gave"),
        ({"private_key": "secret words"}, r"`private_key` is not a private key in PEM\.$"),
        ({"authentication_level": "SECRET"}, "`authentication_level` is none of Digipost's"),
        ({"print_fallback": True, "return_city": ""}, "lacks `return_city`"),
        ({"base_url": "http://api.digipost.no"}, "without TLS"),
        ({"events_days": 0}, "`events_days` is below 1"),
    ],
)
def test_settings_that_contradict_themselves_are_named(
    make_settings: MakeSettings, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        make_settings(**changes)


def test_each_mode_has_its_own_default_environment(simulator: DigipostSimulator) -> None:
    table = {"sender_id": "1", "private_key": simulator.private_key}
    hosts = [DigipostSettings.read(table, mode).hosts for mode in (Mode.LIVE, Mode.SANDBOX)]
    assert hosts == [{"api.digipost.no"}, {"api.test.digipost.no"}]
