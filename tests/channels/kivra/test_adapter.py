"""What Kivra alone does: a register with a lower bound, tokens that run out, one megabyte, two environments."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from vaxel_channels.contract import Order, Reach, Repeat
from vaxel_channels.kivra import Kivra, KivraSettings
from vaxel_channels.kivra.adapter import CONTENT_CAP
from vaxel_channels.settings import Mode
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured, OutcomeUnknown, Refused, Unreachable
from vaxel_engine.model import NationalId, Recipient
from vaxel_ledger.states import Status
from vaxel_simulators import Fault, KivraSimulator

MakeOrder = Callable[..., Order]
MakeSettings = Callable[..., KivraSettings]


def person(number: str) -> Recipient:
    return Recipient(name="Någon", national_id=NationalId(country_code="SE", value=number))


def test_a_content_lands_in_the_right_mailbox(kivra: Kivra, make_order: MakeOrder, simulator: KivraSimulator) -> None:
    order = make_order()
    receipt = kivra.send(kivra.prepare(order))
    (item,) = simulator.mailbox("198001012387")
    assert (receipt.status, receipt.reference) == (Status.DELIVERED, item.key)
    assert item.content.parts[0].body == order.artifacts[ArtifactKind.MAILBOX_PDF].body


def test_a_company_gets_its_content(kivra: Kivra, make_order: MakeOrder, simulator: KivraSimulator) -> None:
    order = make_order(recipient={"national_id": None, "organisation_number": "5568402266"})
    kivra.send(kivra.prepare(order))
    assert [item.content.kind for item in simulator.mailbox("SE556840226601")] == ["invoice"]


def test_every_kind_passes_kivras_own_rules(kivra: Kivra, make_order: MakeOrder, simulator: KivraSimulator) -> None:
    drawn = {"scheme": "autogiro", "payer_number": "1", "draw_date": "2026-12-20"}
    every_kind: list[dict[str, object]] = [
        {},
        {"kind": "credit_note"},
        {"kind": "reminder", "reminder": {"original_due_date": "2026-10-20"}},
        {"kind": "direct_debit_notice", "payment": drawn},
        {"kind": "message", "message": {"subject": "Avbrott", "body": "Hej"}},
    ]
    for number, changes in enumerate(every_kind):
        kivra.send(kivra.prepare(make_order(reference=f"R{number}", **changes)))
    kinds = [item.content.kind for item in simulator.items()]
    assert kinds == ["invoice", "letter.creditnotice", "invoice.reminder", "letter", "letter"]


def test_people_and_companies_are_asked_in_two_calls_and_answered_in_place(kivra: Kivra) -> None:
    asked = [
        person("198001012395"),
        Recipient(name="AB", organisation_number="5568402266"),
        person("198001012387"),
        Recipient(name="Utan nummer"),
        Recipient(name="AB", organisation_number="5592014475"),
    ]
    assert kivra.look_up(asked) == [Reach.UNMATCHED, Reach.HIT, Reach.HIT, Reach.NO_ADDRESS, Reach.UNMATCHED]


def test_a_failing_register_makes_nobody_a_stranger(kivra: Kivra, simulator: KivraSimulator) -> None:
    for fault in (Fault.SERVER_ERROR_BEFORE, Fault.HTML_ANSWER, Fault.MALFORMED_JSON, Fault.SILENCE_BEFORE_ACCEPT):
        simulator.script(fault, call="match")
        assert kivra.look_up([person("198001012387"), person("198001012395")]) == [Reach.UNKNOWN, Reach.UNKNOWN]


def test_an_unmatched_person_is_refused_with_kivras_words(kivra: Kivra, make_order: MakeOrder) -> None:
    order = make_order(recipient={"national_id": {"country_code": "SE", "value": "198001012395"}})
    with pytest.raises(Refused, match="code 40032"):
        kivra.send(kivra.prepare(order))


def test_more_than_a_megabyte_is_refused_before_it_travels(kivra: Kivra, make_order: MakeOrder) -> None:
    fits = b"%PDF-1.7 " + b"a" * 740_000
    assert len(kivra.prepare(make_order(bodies={ArtifactKind.MAILBOX_PDF: fits})).payload) <= CONTENT_CAP
    with pytest.raises(Refused, match=r"NL-26110001: the content is 1,\d\d\d,\d\d\d bytes"):
        kivra.prepare(make_order(bodies={ArtifactKind.MAILBOX_PDF: fits + b"a" * 20_000}))


def test_the_page_stands_beside_the_pdf_in_the_mailbox(
    kivra: Kivra, make_order: MakeOrder, simulator: KivraSimulator
) -> None:
    order = make_order()
    kivra.send(kivra.prepare(order))
    (item,) = simulator.mailbox("198001012387")
    assert item.content.parts[0].html == order.artifacts[ArtifactKind.MAILBOX_HTML].body


def test_a_pdf_that_leaves_no_room_for_the_page_goes_alone(kivra: Kivra, make_order: MakeOrder) -> None:
    pdf, page = b"%PDF-" + b"a" * 600_000, b"<p>" + b"a" * 300_000
    order = make_order(bodies={ArtifactKind.MAILBOX_PDF: pdf, ArtifactKind.MAILBOX_HTML: page})
    assert b"responsive_part" not in kivra.prepare(order).payload


def test_a_document_without_a_number_is_refused(kivra: Kivra, make_order: MakeOrder) -> None:
    with pytest.raises(Refused, match="neither a Swedish personal number nor an organisation number"):
        kivra.prepare(make_order(recipient={"national_id": None}))


def test_a_token_is_used_until_shortly_before_its_end(make_settings: MakeSettings, simulator: KivraSimulator) -> None:
    now = [0.0]
    kivra = Kivra(make_settings(), clock=lambda: now[0])
    recipients = [person("198001012387")]
    try:
        assert kivra.look_up(recipients) == [Reach.HIT]
        simulator.script(Fault.SERVER_ERROR_BEFORE, call="auth")
        now[0] = 28_800 - 61
        assert kivra.look_up(recipients) == [Reach.HIT]
        now[0] = 28_800 - 59
        assert kivra.look_up(recipients) == [Reach.UNKNOWN]
        assert kivra.look_up(recipients) == [Reach.HIT]
    finally:
        kivra.close()


def test_a_token_that_is_refused_twice_refuses_no_document(
    kivra: Kivra, make_order: MakeOrder, simulator: KivraSimulator
) -> None:
    simulator.script(Fault.EXPIRED_CREDENTIALS, times=2)
    with pytest.raises(Unreachable, match="did not let us in"):
        kivra.send(kivra.prepare(make_order()))
    assert simulator.arrivals() == []


def test_silence_at_sign_in_means_that_nothing_left_us(
    kivra: Kivra, make_order: MakeOrder, simulator: KivraSimulator
) -> None:
    simulator.script(Fault.SILENCE_AFTER_ACCEPT, call="auth")
    with pytest.raises(Unreachable, match="gave no access token"):
        kivra.send(kivra.prepare(make_order()))


def test_many_threads_share_one_token(kivra: Kivra, make_order: MakeOrder, simulator: KivraSimulator) -> None:
    orders = [make_order(reference=f"R{number}", invoice={"number": f"N{number}"}) for number in range(12)]
    barrier = threading.Barrier(4)

    def hand_over(order: Order) -> Status:
        barrier.wait(10)
        return kivra.send(kivra.prepare(order)).status

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(hand_over, orders)) == {Status.DELIVERED}
    assert len(simulator.items()) == 12


def test_a_server_error_may_be_repeated_in_production_alone(
    make_settings: MakeSettings, make_order: MakeOrder, simulator: KivraSimulator
) -> None:
    for sandbox, error in ((False, Unreachable), (True, OutcomeUnknown)):
        kivra = Kivra(make_settings(sandbox=sandbox))
        simulator.script(Fault.SERVER_ERROR_AFTER_ACCEPT)
        with pytest.raises(error):
            kivra.send(kivra.prepare(make_order()))
        kivra.close()
        assert kivra.capabilities.repeat is (Repeat.NEITHER if sandbox else Repeat.DEDUPLICATES)


def test_patience_has_a_limit(make_settings: MakeSettings, make_order: MakeOrder, simulator: KivraSimulator) -> None:
    kivra = Kivra(make_settings(timeout_seconds=0.3))
    simulator.slow_seconds = 1.0
    simulator.script(Fault.SLOW)
    with pytest.raises(OutcomeUnknown, match="fell silent"):
        kivra.send(kivra.prepare(make_order()))
    kivra.close()


def test_each_mode_has_its_own_default_environment() -> None:
    table = {"tenant_key": "170000000000000000000000000000000000000238", "client_id": "c", "client_secret": "s"}
    live, sandbox = (KivraSettings.read(table, mode) for mode in (Mode.LIVE, Mode.SANDBOX))
    assert (live.base_url, live.sandbox) == ("https://sender.api.kivra.com", False)
    assert (sandbox.base_url, sandbox.sandbox) == ("https://sender.sandbox-api.kivra.com", True)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("tenant_key", "17", "`tenant_key` is not ten digits"),
        ("base_url", "http://sender.api.kivra.com", "without TLS"),
        ("base_url", "https://sender.sandbox-api.kivra.com", "set `sandbox = true`"),
    ],
)
def test_settings_that_contradict_themselves_are_named(
    make_settings: MakeSettings, key: str, value: str, sentence: str
) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        make_settings(**{key: value})
