"""The codes of a page: 2D-Doc parsed and verified against known keys, machine-readable zone with its check digits."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from palier.base.refusal import Refused
from palier.gateways.lecture import deux_d_doc, mrz
from palier.gateways.lecture.reading import Line

AU = date(2026, 11, 24)
KEY = ec.generate_private_key(ec.SECP256R1())
HEADER = "DC02FR0100011E5A1E5A28"
BODY = "431\x1d442544A3295123445202446MARIO BROSSE\x1d4A310720254712345404911074117311\x1d"


def signed(message: str, key: ec.EllipticCurvePrivateKey = KEY) -> bytes:
    raw = message.encode()
    r, s = decode_dss_signature(key.sign(raw, ec.ECDSA(SHA256())))
    tail = base64.b32encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).rstrip(b"=")
    return raw + b"\x1f" + tail


def public(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def certificate(key: ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "essai")])
    day = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(day).not_valid_after(day + timedelta(days=365))
    return made.sign(key, SHA256()).public_bytes(Encoding.PEM)


def state(code: bytes, folder: Path) -> str:
    return deux_d_doc.state(deux_d_doc.parse(code), deux_d_doc.trusted(str(folder)))


def test_a_tax_notice_is_parsed_as_published_and_its_tax_number_is_not_kept() -> None:
    message = deux_d_doc.parse(signed(HEADER + BODY))
    assert message is not None
    assert message.type == "28"
    assert message.signer == "FR010001"
    assert dict(message.fields) == {
        "nombre_de_parts": "1",
        "reference_avis": "2544A32951234",
        "annee_revenus": "2024",
        "declarant_1": "MARIO BROSSE",
        "date_mise_en_recouvrement": "31072025",
        "rfr": "17311",
    }


@pytest.mark.parametrize(("version", "more"), [("02", ""), ("03", "01"), ("04", "01FR")])
def test_each_version_has_its_header(version: str, more: str) -> None:
    message = deux_d_doc.parse(signed(f"DC{version}{HEADER[4:]}{more}{BODY}"))
    assert message is not None
    assert message.fields["annee_revenus"] == "2024"


@pytest.mark.parametrize(
    "code", [b"", b"bonjour", b"DC99FR0100011E5A1E5A28", b"DC02FR01", b"\xff\xfe", b"https://exemple.invalid/DC02"]
)
def test_another_code_is_no_message(code: bytes) -> None:
    assert deux_d_doc.parse(code) is None
    assert deux_d_doc.state(None, {}) == "absent"


def test_a_field_cut_short_or_full_or_unknown_does_not_shift_the_others() -> None:
    full = "46" + "A" * 38 + "452024"
    cut = "46" + "A" * 20 + "\x1e" + "ZZinconnu\x1d" + "452023"
    assert deux_d_doc.parse(signed(HEADER + full)).fields["annee_revenus"] == "2024"  # type: ignore[union-attr]
    read = deux_d_doc.parse(signed(HEADER + cut))
    assert read is not None
    assert (read.fields["declarant_1"], read.fields["annee_revenus"]) == ("A" * 20, "2023")


def test_a_signature_is_verified_only_against_a_known_certificate(tmp_path: Path) -> None:
    code = signed(HEADER + BODY)
    assert state(code, tmp_path) == "lu"
    (tmp_path / "FR020001.pem").write_bytes(public(KEY))
    assert state(code, tmp_path) == "lu"
    (tmp_path / "FR010001.pem").write_bytes(public(KEY))
    assert state(code, tmp_path) == "signature_verifiee"


def test_a_certificate_is_taken_as_well_as_a_key(tmp_path: Path) -> None:
    (tmp_path / "FR010001.pem").write_bytes(certificate(KEY))
    assert state(signed(HEADER + BODY), tmp_path) == "signature_verifiee"


@pytest.mark.parametrize(
    "code",
    [
        signed(HEADER + BODY).replace(b"17311", b"10311"),
        signed(HEADER + BODY, ec.generate_private_key(ec.SECP256R1())),
        (HEADER + BODY).encode(),
        (HEADER + BODY).encode() + b"\x1fpas du base32 !",
        (HEADER + BODY).encode() + b"\x1f" + b"A" * 103,
    ],
    ids=["altered", "other_key", "unsigned", "not_base32", "zeros"],
)
def test_a_known_certificate_with_a_wrong_signature_is_invalid(code: bytes, tmp_path: Path) -> None:
    (tmp_path / "FR010001.pem").write_bytes(public(KEY))
    assert state(code, tmp_path) == "signature_invalide"


def test_no_folder_is_an_empty_list() -> None:
    assert deux_d_doc.trusted("") == {}


@pytest.mark.parametrize(
    "content",
    [
        b"rien",
        public(ec.generate_private_key(ec.SECP384R1())),  # type: ignore[arg-type]
        public(rsa.generate_private_key(65537, 2048)),  # type: ignore[arg-type]
    ],
    ids=["garbage", "p384", "rsa"],
)
def test_a_key_that_cannot_be_used_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "FR010001.pem").write_bytes(content)
    with pytest.raises(Refused, match=r"FR010001\.pem"):
        deux_d_doc.trusted(str(tmp_path))


def test_days_of_the_code_count_from_2000() -> None:
    assert deux_d_doc.day("0000") == date(2000, 1, 1)
    assert deux_d_doc.day("1E5A") == date(2021, 4, 10)
    assert deux_d_doc.day("FFFF") is None
    assert deux_d_doc.day("12G4") is None


def lines(*texts: str) -> list[Line]:
    return [Line(tuple((word, 90) for word in text.split())) for text in texts]


def zone(*rows: str) -> mrz.Mrz:
    found = mrz.find(lines("RÉPUBLIQUE FRANÇAISE", *rows), AU)
    assert found is not None
    return found


def test_the_zone_of_a_card_is_read() -> None:
    read = zone("IDFRAX4RTBPFW46<<<<<<<<<<<<<<<", "9007138F3002119FRA<<<<<<<<<<<6", "MARTIN<<MAELYS<GAELLE<MARIE<<<")
    assert (read.names, read.birth, read.expiry) == ("MARTIN MAELYS GAELLE MARIE", date(1990, 7, 13), date(2030, 2, 11))
    assert (read.document, read.nationality, read.checked) == ("ID", "FRA", True)


def test_the_zone_of_a_passport_is_read() -> None:
    read = zone("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
    assert (read.names, read.birth, read.expiry) == ("ERIKSSON ANNA MARIA", date(1974, 8, 12), date(2012, 4, 15))
    assert read.checked


def test_the_zone_of_an_old_french_card_has_no_end() -> None:
    read = zone("IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F6")
    assert (read.names, read.birth, read.expiry) == ("BERTHIER CORINNE", date(1965, 12, 6), None)


def test_letters_read_for_figures_are_mended_and_a_wrong_digit_is_said() -> None:
    card = ("IDFRAX4RTBPFW46<<<<<<<<<<<<<<<", "9OO7138F3OO2119FRA<<<<<<<<<<<6", "MARTIN<<MAELYS<GAELLE<MARIE<<<")
    assert zone(*card).checked
    assert zone(*card).birth == date(1990, 7, 13)
    assert not zone(card[0], "9007148F3002119FRA<<<<<<<<<<<6", card[2]).checked


def test_no_zone_is_none() -> None:
    assert mrz.find(lines("Bulletin de paie", "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "A" * 30), AU) is None
