"""What is kept: unreadable for whoever lacks the key, unchangeable without being found out, gone when it must be."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update
from tests.ledger.stage import Letter

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured, Unreadable
from vaxel_ledger import Ledger, tables
from vaxel_ledger.keys import TenantKey, TenantKeys
from vaxel_ledger.sealing import sha256
from vaxel_ledger.vault import Item, find, record
from vaxel_ledger.work import load

PERSONAL = (b"198001012387", b"Elin", b"elin.forsberg")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_no_file_holds_or_is_named_by_personal_data(ledger: Ledger, one_document: str, tmp_path: Path) -> None:
    ledger.report(ledger.batches()[0].batch_id)
    for path in files(tmp_path):
        assert all(word not in path.read_bytes() for word in PERSONAL), path
        assert all(word.decode() not in str(path) for word in PERSONAL)


def test_an_artifact_is_addressed_by_its_ciphertext(ledger: Ledger, one_document: str) -> None:
    with ledger.reading() as connection:
        (kept,) = find(connection, [one_document])
    assert sha256(ledger.vault.store.get(kept.place)) == kept.place.sha
    assert sha256((ledger.vault.store.folder / kept.place.pack[:2] / kept.place.pack).read_bytes()) == kept.place.pack


def test_a_changed_file_is_told_and_not_given_out(ledger: Ledger, one_document: str) -> None:
    (path,) = files(ledger.vault.store.folder)
    body = bytearray(path.read_bytes())
    body[40] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(body))
    with ledger.reading() as connection:
        loaded = load(connection, ledger.vault, [one_document])
    assert "corrupted" in loaded.unreadable[one_document]
    assert "restore the file from backup" in loaded.unreadable[one_document]


def test_a_lost_file_is_told(ledger: Ledger, one_document: str) -> None:
    (path,) = files(ledger.vault.store.folder)
    path.unlink()
    with ledger.reading() as connection:
        loaded = load(connection, ledger.vault, [one_document])
    assert "No such file" in loaded.unreadable[one_document]


def test_one_document_cannot_take_the_place_of_another(ledger: Ledger, letter: Letter) -> None:
    ledger.accept("a" * 64, "two.json", "main", [letter("A-1"), letter("A-2", name="Nils Berg")])
    (first,), (second,) = ledger.documents("A-1"), ledger.documents("A-2")
    columns = ("sha", "offset", "length", "plain_hmac", "sealed_sha256")
    with ledger.writing() as connection:
        artifact = tables.artifact
        rows = {row.document_id: row for row in connection.execute(select(artifact))}
        swapped = {name: getattr(rows[second], name) for name in columns if name != "sha"}
        # The row of the first now leads to the second's bytes, with everything the database knows of them.
        connection.execute(update(artifact).where(artifact.c.document_id == first).values(swapped))
    with ledger.reading() as connection:
        loaded = load(connection, ledger.vault, [first, second])
    assert set(loaded.unreadable) == {first}


def test_a_lost_tenant_key_is_told_in_plain_words_and_never_replaced(
    open_ledger: Callable[[], Ledger], letter: Letter, tmp_path: Path
) -> None:
    with open_ledger() as ledger:
        ledger.accept("a" * 64, "one.json", "main", [letter("A-1")])
        batch_id = ledger.batches()[0].batch_id
    (tmp_path / "keys" / "tenant.key").unlink()
    with open_ledger() as ledger:
        assert ledger.counts(batch_id).waiting == 1
        with pytest.raises(Misconfigured, match="can be opened, ever, so restore it from your backup of keys"):
            ledger.report(batch_id)
        with pytest.raises(Misconfigured, match="restore it from your backup of keys"):
            ledger.accept("b" * 64, "two.json", "main", [letter("A-2")])
    assert not (tmp_path / "keys" / "tenant.key").exists()


def test_another_tenant_key_is_told_apart_from_a_lost_one(
    open_ledger: Callable[[], Ledger], letter: Letter, tmp_path: Path
) -> None:
    with open_ledger() as ledger:
        ledger.accept("a" * 64, "one.json", "main", [letter("A-1")])
        batch_id = ledger.batches()[0].batch_id
    (tmp_path / "keys" / "tenant.key").write_bytes(bytes(32))
    with open_ledger() as ledger, pytest.raises(Unreadable, match="restore the first one from your backup of keys"):
        ledger.report(batch_id)


def test_the_key_file_is_for_its_owner_alone(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "keys" / "tenant.key"
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    with pytest.raises(Misconfigured, match="chmod 600"):
        TenantKeys(file).of("main")


def test_a_key_file_that_exists_is_never_written_over(tmp_path: Path) -> None:
    keys = TenantKeys(tmp_path / "tenant.key")
    keys.make()
    before = keys.file.read_bytes()
    TenantKeys(keys.file).make()
    assert keys.file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [keys.file]


def test_tenants_of_one_file_have_keys_of_their_own() -> None:
    main, other = TenantKey.of("main", bytes(32)), TenantKey.of("other", bytes(32))
    assert main.kek_id != other.kek_id
    with pytest.raises(Unreadable):
        other.unwrap(main.wrap(bytes(32), "d"), "d")
    assert "bytes" not in repr(main)
    assert "_wrapping" not in repr(main)


def test_erasure_makes_all_of_a_document_unreadable_and_keeps_its_count(ledger: Ledger, one_document: str) -> None:
    batch_id = ledger.batches()[0].batch_id
    keep_sms(ledger, one_document)
    ledger.erase(one_document)
    with pytest.raises(Unreadable, match="was erased"):
        ledger.artifact(one_document, ArtifactKind.SMS)
    (line,) = ledger.report(batch_id)
    assert line.recipient == "(erased)"
    assert line.artifacts[0].sha256 == ""
    assert ledger.counts(batch_id).closes
    assert [one.kind for one in ledger.why(one_document).happened] == ["accepted", "erased"]


def test_an_artifact_comes_back_and_its_hash_is_reported_without_reading_it(ledger: Ledger, one_document: str) -> None:
    keep_sms(ledger, one_document)
    assert ledger.artifact(one_document, ArtifactKind.SMS) == b"Hej"
    (line,) = ledger.report(ledger.batches()[0].batch_id)
    assert (line.artifacts[0].sha256, line.artifacts[0].size) == (sha256(b"Hej"), 3)


def keep_sms(ledger: Ledger, document_id: str) -> None:
    with ledger.writing() as connection:
        data_keys = ledger.vault.data_keys(connection, [document_id])
        kept = ledger.vault.keep([Item(document_id, "sms", "text/plain", b"Hej")], data_keys)
        record(connection, kept, ledger.clock())


def test_the_plain_hash_is_not_in_the_database(ledger: Ledger, one_document: str) -> None:
    keep_sms(ledger, one_document)
    with ledger.reading() as connection:
        for row in connection.execute(select(tables.artifact)):
            assert sha256(b"Hej") not in str(row)
            assert bytes.fromhex(sha256(b"Hej")) not in row.sealed_sha256


def test_a_full_disk_is_a_sentence_and_leaves_no_half_file(ledger: Ledger, one_document: str) -> None:
    shards = [path for path in ledger.vault.store.folder.iterdir() if path.is_dir()]
    for shard in shards:
        for path in shard.iterdir():
            path.unlink()
        shard.rmdir()
    ledger.vault.store.folder.rmdir()
    ledger.vault.store.folder.write_bytes(b"a file where the folder should be")
    with pytest.raises(Misconfigured, match="could not be written"):
        keep_sms(ledger, one_document)


def test_a_link_is_stable_unguessable_and_leads_back(ledger: Ledger, letter: Letter) -> None:
    ledger.accept("a" * 64, "two.json", "main", [letter("A-1"), letter("A-2")])
    (first,), (second,) = ledger.documents("A-1"), ledger.documents("A-2")
    token = ledger.link_token(first)
    assert token == ledger.link_token(first) != ledger.link_token(second)
    assert len(token) == 43  # 256 bits
    assert ledger.document_for_link(token) == first
    assert ledger.document_for_link(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    with ledger.reading() as connection:
        assert all(token not in str(row) for row in connection.execute(select(tables.document)))
