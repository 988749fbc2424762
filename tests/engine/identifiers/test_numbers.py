"""Identifiers against the vectors that python-stdnum, Nets and GS1 publish, and those computed for this house."""

import pytest

from vaxel_engine.identifiers import Scheme, grouped, is_valid, normal

GOOD = [
    (Scheme.SE_ORGNR, "1234567897", "1234567897", "123456-7897"),
    (Scheme.SE_ORGNR, "559201-4475", "5592014475", "559201-4475"),
    (Scheme.PERSONNUMMER, "19880320-0016", "198803200016", "19880320-0016"),
    (Scheme.PERSONNUMMER, "198001012387", "198001012387", "19800101-2387"),
    (Scheme.NO_ORGNR, "988 077 917", "988077917", "988 077 917"),
    (Scheme.NO_ACCOUNT, "8601.11.17947", "86011117947", "8601 11 17947"),
    (Scheme.CVR, "13585628", "13585628", "13 58 56 28"),
    (Scheme.CPR, "211062-5629", "2110625629", "211062-5629"),
    (Scheme.Y_TUNNUS, "2077474-0", "20774740", "2077474-0"),
    (Scheme.OVT, "0037 20774740 ab", "003720774740AB", "003720774740AB"),
    (Scheme.FODSELSNUMMER, "151086 95088", "15108695088", "151086 95088"),
    (Scheme.BANKGIRO, "505-0109", "5050109", "505-0109"),
    (Scheme.BANKGIRO, "5050-1055", "50501055", "5050-1055"),
    (Scheme.PLUSGIRO, "41 23 45-1", "4123451", "41 23 45-1"),
    (Scheme.IBAN, "se45 5000 0000 0583 9825 7466", "SE4550000000058398257466", "SE45 5000 0000 0583 9825 7466"),
    (Scheme.GLN, "7350012345679", "7350012345679", "7 350012 345679"),
    (Scheme.OCR, "12 3456 7806", "1234567806", "12 3456 7806"),
    (Scheme.KID, "0080 0001 1688 373", "008000011688373", "008 0000 1168 8373"),
    (Scheme.KID, "1000005-", "1000005-", "1000 005-"),
    (Scheme.FIK, "+71<000000000123455+81234567<", "+71<000000000123455 +81234567<", "+71<000000000123455 +81234567<"),
    (Scheme.FIK, "+73<+81234567<", "+73<+81234567<", "+73<+81234567<"),
]
BAD = [
    (Scheme.SE_ORGNR, "1234567891"),
    (Scheme.PERSONNUMMER, "19880320-0018"),
    (Scheme.PERSONNUMMER, "880320-0016"),
    (Scheme.PERSONNUMMER, "198002302385"),
    (Scheme.NO_ORGNR, "988077918"),
    (Scheme.NO_ACCOUNT, "86011117949"),
    (Scheme.CVR, "13585627"),
    (Scheme.CPR, "5110625629"),
    (Scheme.CPR, "211062562"),
    (Scheme.Y_TUNNUS, "20774741"),
    (Scheme.OVT, "003620774740"),
    (Scheme.OVT, "003720774740ABCDEF"),
    (Scheme.FODSELSNUMMER, "15108695077"),
    (Scheme.BANKGIRO, "505-0108"),
    (Scheme.BANKGIRO, "123455"),
    (Scheme.PLUSGIRO, "41 23 45-2"),
    (Scheme.IBAN, "SE4550000000058398257467"),
    (Scheme.IBAN, "SE45"),
    (Scheme.GLN, "7350012345678"),
    (Scheme.OCR, "1234567807"),
    (Scheme.KID, "123456783"),
    (Scheme.KID, "-"),
    (Scheme.FIK, "+71<000000000123454 +81234567<"),
    (Scheme.FIK, "+71<000000000123455 +71234567<"),
    (Scheme.FIK, "+75<000000000123455 +81234567<"),
    (Scheme.FIK, "+04<000000000123455 +87654321<"),
]


@pytest.mark.parametrize(("scheme", "written", "stored", "read"), GOOD)
def test_a_good_number_is_stored_in_one_form_and_read_in_another(
    scheme: Scheme, written: str, stored: str, read: str
) -> None:
    assert (normal(scheme, written), grouped(scheme, written)) == (stored, read)


@pytest.mark.parametrize(("scheme", "written"), BAD)
def test_a_wrong_number_is_refused_without_being_shown(scheme: Scheme, written: str) -> None:
    with pytest.raises(ValueError, match=r"^is not ") as refused:
        normal(scheme, written)
    assert not any(digits in str(refused.value) for digits in (written, written[-6:]) if len(digits) > 2)


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("text", ["", " ", "-", "١٢٣٤٥٦٧٨٩٠", "１２３４５６７８９０", "x" * 10_000, "\x00"])
def test_what_is_no_number_at_all_is_refused_by_every_scheme(scheme: Scheme, text: str) -> None:
    assert not is_valid(scheme, text)


@pytest.mark.parametrize("scheme", Scheme)
def test_every_scheme_has_a_vector(scheme: Scheme) -> None:
    assert any(row[0] is scheme for row in GOOD)
    assert any(row[0] is scheme for row in BAD)


@pytest.mark.parametrize(("scheme", "written", "stored", "read"), GOOD)
def test_what_is_stored_and_what_is_read_are_the_same_number(
    scheme: Scheme, written: str, stored: str, read: str
) -> None:
    assert normal(scheme, stored) == normal(scheme, read) == stored
