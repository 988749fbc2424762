"""What a configuration relies on is looked at before it fails in the night: ledger, credentials, certificates."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from vaxel import settings
from vaxel.checkup import examine
from vaxel.outputs import Finding
from vaxel.verbs.doctor import configured
from vaxel_ledger import Ledger, webhooks
from vaxel_ledger.database import connect, migrate

NOW = dt.datetime(2026, 11, 29, tzinfo=dt.UTC)


def certificate(ends: dt.datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = made.serial_number(1).not_valid_before(ends - dt.timedelta(days=400)).not_valid_after(ends)
    return dated.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def found(folder: Path) -> dict[str, Finding]:
    """What is found in a folder with a small configuration."""
    (folder / "vaxel.toml").write_text(
        '[sender.nordljus]\nbrand = "nordljus"\nchannels = ["email", "sms"]\n'
        '[sender.nordljus.channel.sms]\npassword_env = "VAXEL_TEST_OWN"\ncertificate_file = "own.pem"\n'
        '[channel.email]\nhost = "127.0.0.1"\npassword_env = "VAXEL_TEST_ABSENT"\ncertificate_file = "mail.pem"\n',
        encoding="utf-8",
    )
    return {one.what: one for one in examine(settings.load(folder / "vaxel.toml"), NOW)}


@pytest.mark.parametrize(
    ("days", "status", "said"),
    [(-1, "missing", "expired on 2026-11-28"), (12, "warning", "in 12 days"), (200, "ok", "valid until")],
)
def test_a_certificate_is_told_of_before_it_expires(tmp_path: Path, days: int, status: str, said: str) -> None:
    (tmp_path / "mail.pem").write_bytes(certificate(NOW + dt.timedelta(days=days)))
    told = found(tmp_path)["Certificate of [channel.email] certificate_file"]
    assert told.status == status
    assert said in told.found


def test_a_credential_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = found(tmp_path)
    assert told["[channel.email] password_env"].found == "VAXEL_TEST_ABSENT is not set in the environment"
    assert told["[channel.email] certificate_file"].status == "missing"
    monkeypatch.setenv("VAXEL_TEST_ABSENT", "secret")
    assert found(tmp_path)["[channel.email] password_env"].found == "VAXEL_TEST_ABSENT is set"


def test_a_senders_own_account_is_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_bytes(certificate(NOW + dt.timedelta(days=3)))
    told, place = found(tmp_path), "[sender.nordljus.channel.sms]"
    assert told[f"{place} password_env"].found == "VAXEL_TEST_OWN is not set in the environment"
    assert told[f"Certificate of {place} certificate_file"].status == "warning"


def test_a_webhook_that_is_disabled_is_told_with_what_mends_it(tmp_path: Path) -> None:
    found(tmp_path)
    place = settings.load(tmp_path / "vaxel.toml").ledger
    with Ledger.open(place.url, store=place.artifacts, tenant_key=place.tenant_key) as ledger:
        key = ledger.vault.keys.of("main")
        with ledger.writing() as connection:
            made = webhooks.create(connection, key, "https://billing.example/", at=NOW)
            webhooks.disable(connection, made.endpoint.id, "after 10 tries: answered with status 500")
    told = found(tmp_path)[f"Webhook {made.endpoint.id}"]
    assert (told.status, told.found) == ("warning", "disabled, after 10 tries: answered with status 500")
    assert f"`vaxel webhooks enable {made.endpoint.id}`" in str(told.remedy)


def test_room_is_measured_where_artifacts_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found(tmp_path)
    asked: list[Path] = []

    def full(path: Path) -> SimpleNamespace:
        asked.append(path)
        return SimpleNamespace(free=0)

    monkeypatch.setattr("vaxel.verbs.doctor.shutil.disk_usage", full)
    (told,) = (one for one in configured(tmp_path / "vaxel.toml") if one.what == "Room on the disk")
    assert asked == [tmp_path]  # the nearest folder above the state folder, which is not made yet
    assert told.status == "warning"


def test_a_ledger_of_an_older_schema_is_told_with_the_command_that_mends_it(tmp_path: Path) -> None:
    assert found(tmp_path)["Ledger"].status == "ok"
    (tmp_path / "vaxel-ledger").mkdir()
    engine = connect(f"sqlite:///{tmp_path / 'vaxel-ledger/ledger.sqlite'}")
    migrate(engine, "0001")
    told = found(tmp_path)["Ledger"]
    assert told.status == "missing"
    assert "`vaxel migrate`" in str(told.remedy)
    migrate(engine)
    engine.dispose()
    assert found(tmp_path)["Ledger"].found == "reached, with this version's schema"
