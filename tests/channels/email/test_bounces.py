"""Returned mail: what is a bounce, what is not, and which hand-over it is about; nothing is lost or counted twice."""

import contextlib
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel_channels.contract import KeepsReports, Order
from vaxel_channels.email import Email, EmailSettings, bounces
from vaxel_channels.email.bounces import Kind, verp
from vaxel_ledger.states import Status
from vaxel_simulators import MailSimulator

KEY = "ab" * 32
TO = verp(KEY, "bounce", "nordljus.example")


def dsn(action: str = "failed", status: str = "5.1.1", *, to: str = TO, groups: str | None = None) -> bytes:
    fields = groups or f"Final-Recipient: rfc822; elin@example.se\nAction: {action}\nStatus: {status}\n"
    return (
        f"From: MAILER-DAEMON@example.se\nTo: {to}\nSubject: x\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type="delivery-status"; boundary=b\n\n'
        "--b\nContent-Type: text/plain\n\nno\n--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.example.se\n\n{fields}\n--b--\n"
    ).encode()


def complaint(feedback: str = "abuse") -> bytes:
    return (
        "From: fbl@example.se\nTo: klagomal@nordljus.example\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nno\n--b\n"
        f"Content-Type: message/feedback-report\n\nFeedback-Type: {feedback}\nUser-Agent: x/1\nVersion: 1\n"
        f"Original-Mail-From: <{TO}>\n--b\nContent-Type: text/rfc822-headers\n\nSubject: Faktura\n--b--\n"
    ).encode()


def plain(*headers: str, to: str = TO) -> bytes:
    return "\n".join([f"To: {to}", "From: elin@example.se", "Subject: Re: Faktura", *headers, "", "Hej"]).encode()


READINGS: dict[str, tuple[bytes, Kind, str]] = {
    "no such mailbox": (dsn(), Kind.HARD, "5.1.1"),
    "no such domain": (dsn(status="5.1.2"), Kind.HARD, "5.1.2"),
    "closed": (dsn(status="5.2.1"), Kind.HARD, "5.2.1"),
    "full": (dsn(status="5.2.2"), Kind.SOFT, "5.2.2"),
    "policy": (dsn(status="5.7.1"), Kind.SOFT, "5.7.1"),
    "given up": (dsn(status="4.4.7"), Kind.SOFT, "4.4.7"),
    "failed without a code": (dsn(status="none"), Kind.SOFT, ""),
    "a remark behind the action": (dsn(action="Failed (forever)"), Kind.HARD, "5.1.1"),
    "delayed": (dsn("delayed", "4.4.1"), Kind.DELAYED, "4.4.1"),
    "delivered": (dsn("delivered", "2.1.5"), Kind.DELIVERED, "2.1.5"),
    "relayed": (dsn("relayed", "2.1.9"), Kind.OTHER, ""),
    "the worst of two": (
        dsn(groups="Action: delivered\nStatus: 2.0.0\n\nAction: failed\nStatus: 5.1.1\n"),
        Kind.HARD,
        "5.1.1",
    ),
    "a report without its fields": (dsn(groups="Nothing: here\n"), Kind.OTHER, ""),
    "a complaint": (complaint(), Kind.COMPLAINT, ""),
    "the opposite of one": (complaint("not-spam"), Kind.AUTOMATIC, ""),
    "an absence note": (plain("Auto-Submitted: auto-replied"), Kind.AUTOMATIC, ""),
    "an absence note with a remark": (plain("Auto-Submitted: auto-replied (vacation)"), Kind.AUTOMATIC, ""),
    "an absence note of an old program": (plain("Precedence: auto_reply"), Kind.AUTOMATIC, ""),
    "another old program's": (plain("X-Autoreply: yes"), Kind.AUTOMATIC, ""),
    "a person's answer": (plain(), Kind.OTHER, ""),
    "a person's answer that says so": (plain("Auto-Submitted: no"), Kind.OTHER, ""),
    "a bounce in free words": (plain("Return-Path: <>", "X-Failed-Recipients: elin@example.se"), Kind.OTHER, ""),
    "nothing": (b"", Kind.OTHER, ""),
    "noise": (bytes(range(256)), Kind.OTHER, ""),
}


@pytest.mark.parametrize("name", READINGS)
def test_each_returned_message_is_what_it_is(name: str) -> None:
    body, kind, status = READINGS[name]
    found = bounces.read(body, mailbox="bounce", domain="nordljus.example")
    assert (found.kind, found.status) == (kind, status)
    assert found.key == (KEY if body and name != "noise" else None)


@pytest.mark.parametrize(
    "to",
    [
        "bounce@nordljus.example",
        f"{TO}.example",
        TO.replace("bounce", "return"),
        f"bounce+{'a' * 51}@nordljus.example",
        f"bounce+{'1' * 52}@nordljus.example",
    ],
)
def test_a_report_to_another_address_names_no_hand_over(to: str) -> None:
    found = bounces.read(dsn(to=to), mailbox="bounce", domain="nordljus.example")
    assert found.key is None


def test_an_address_names_its_hand_over_in_any_case_and_fits_a_local_part() -> None:
    address = verp(KEY, "bounce-mails", "nordljus.example")
    assert len(verp(KEY, "elevenchars", "x.example").partition("@")[0]) == 64
    assert bounces.read(dsn(to=address.upper()), mailbox="bounce-mails", domain="nordljus.example").key == KEY


@pytest.fixture
def email(tmp_path: Path) -> Email:
    folder = tmp_path / "mail"
    (folder / "new").mkdir(parents=True)
    return Email(EmailSettings(host="localhost", domain="nordljus.example", security="none", bounce_folder=folder))


def lay(tmp_path: Path, name: str, body: bytes) -> None:
    (tmp_path / "mail" / "new" / name).write_bytes(body)


def lying(tmp_path: Path) -> list[str]:
    return sorted(str(path.relative_to(tmp_path / "mail")) for path in (tmp_path / "mail").rglob("*") if path.is_file())


def test_what_was_not_stored_comes_again_under_the_same_name(email: Email, tmp_path: Path) -> None:
    lay(tmp_path, "1", dsn())
    (first,), (second,) = list(email.collect()), list(email.collect())
    assert (first.receipt_id, first.key, first.status) == (second.receipt_id, KEY, Status.FAILED)
    assert lying(tmp_path) == ["new/1"]


def test_what_was_stored_is_put_aside_and_comes_no_more(email: Email, tmp_path: Path) -> None:
    assert isinstance(email, KeepsReports)
    lay(tmp_path, "1", dsn())
    lay(tmp_path, "2", dsn("delayed", "4.4.1"))
    lay(tmp_path, "3", plain("Auto-Submitted: auto-replied"))
    list(email.collect())
    lay(tmp_path, "4", dsn())  # comes while the others are being stored
    email.stored()
    assert lying(tmp_path) == ["cur/1:2,S", "cur/2:2,S", "cur/3:2,S", "new/4"]


def test_what_only_a_person_can_judge_stays_and_is_told_once(
    email: Email, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lay(tmp_path, "1", plain())
    lay(tmp_path, "2", dsn(to="bounce@nordljus.example"))
    (tmp_path / "mail" / "new" / "3").symlink_to("/etc/hostname")
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert list(email.collect()) == []
            email.stored()
    assert lying(tmp_path) == ["new/1", "new/2", "new/3"]
    assert len(caplog.records) == 3
    assert "elin" not in caplog.text


def test_a_folder_that_went_away_is_told_and_comes_back(
    email: Email, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "mail").rename(tmp_path / "gone")
    assert list(email.collect()) == []
    assert "cannot be looked into" in caplog.text
    (tmp_path / "gone").rename(tmp_path / "mail")
    lay(tmp_path, "1", dsn())
    assert len(list(email.collect())) == 1


def test_the_mail_servers_own_bounces_are_understood(tmp_path: Path, make_order: Callable[..., Order]) -> None:
    folder = tmp_path / "mail"
    with MailSimulator(bounce_folder=folder) as server:
        settings = EmailSettings(
            host="127.0.0.1", port=server.port, domain="nordljus.example", security="none", bounce_folder=folder
        )
        with contextlib.closing(Email(settings)) as email:
            for number, name in enumerate(("late.bounce", "late.delay", "auto.reply")):
                order = make_order(reference=f"R{number}", recipient={"email": f"{name}@example.se"})
                email.send(email.prepare(order))
            (report,) = email.collect()
            assert report.key == make_order(reference="R0").key
            assert report.reason == "The mail came back: the address does not exist (any more) (5.1.1)."
