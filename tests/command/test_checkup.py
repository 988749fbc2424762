"""What a configuration relies on is looked at before it fails in the night: ledger, credentials, certificates."""

import datetime as dt
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from vaxel import settings
from vaxel.checkup import examine
from vaxel.outputs import Finding
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
        '[sender.nordljus]\nbrand = "nordljus"\nchannels = ["email"]\n'
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
