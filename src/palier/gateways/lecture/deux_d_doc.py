"""2D-Doc: the signed code of tax notices and some payslips, parsed as its layout says, verified against known keys.

A certificate that is not in the list gives `lu`, never `signature_verifiee`.
"""

from __future__ import annotations

import base64
import binascii
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from palier.base.refusal import Refused
from palier.droit.lecture_pieces import ABSENT, LU, SIGNATURE_INVALIDE, SIGNATURE_VERIFIEE

GS, RS, US = b"\x1d", b"\x1e", b"\x1f"
EPOCH, UNKNOWN_DAY = date(2000, 1, 1), "FFFF"
HALF = 32
"""Bytes of each half of a signature on P-256."""
Trust = Mapping[str, ec.EllipticCurvePublicKey]


@dataclass(frozen=True)
class Message:
    """One code: its header by name, its fields by name (those that may be kept), what was signed, the signature."""

    header: Mapping[str, str]
    fields: Mapping[str, str]
    signed: bytes
    signature: bytes | None

    @property
    def signer(self) -> str:
        """Authority and certificate: the name of the key."""
        return self.header["autorite"] + self.header["certificat"]

    @property
    def type(self) -> str:
        return self.header["type"]


@cache
def layout() -> dict[str, Any]:
    """The published layout, as data."""
    return tomllib.loads(files("palier.gateways.lecture").joinpath("deux_d_doc.toml").read_text(encoding="utf-8"))


def parse(code: bytes) -> Message | None:
    """A code as a message; None when it is another kind of code."""
    signed, _, tail = code.partition(US)
    try:
        text = signed.decode("ascii")
    except UnicodeDecodeError:
        return None
    header, body = _header(text)
    if header is None:
        return None
    return Message(header, _fields(body, header["type"]), signed, _signature(tail))


def _header(text: str) -> tuple[dict[str, str] | None, str]:
    version = text[2:4]
    if not text.startswith(layout()["marqueur"]) or version not in layout()["versions"]["connues"]:
        return None, ""
    parts = dict(layout()["entete"])
    parts |= {name: part["longueur"] for name, part in layout()["entete_depuis"].items() if version >= part["version"]}
    if len(text) < sum(parts.values()):
        return None, ""
    header, place = {}, 0
    for name, size in parts.items():
        header[name] = text[place : place + size]
        place += size
    return header, text[place:]


def _fields(body: str, type_: str) -> dict[str, str]:
    """Fields that are known and may be kept; an unknown one ends at its separator."""
    known = layout()["types"].get(type_, {}).get("champs", {})
    found = {}
    while len(body) > 2:
        spec = known.get(body[:2], {})
        value, body = _value(body[2:], spec)
        if spec.get("garde", True) and "nom" in spec:
            found[spec["nom"]] = value.strip()
    return found


def _value(rest: str, spec: Mapping[str, Any]) -> tuple[str, str]:
    if size := spec.get("longueur"):
        return rest[:size], rest[size:]
    end = re.search("[\x1d\x1e]", rest)
    stop = end.start() if end else len(rest)
    full = spec.get("maximum")
    if full is not None and stop >= full:
        return rest[:full], rest[full:].removeprefix("\x1d").removeprefix("\x1e")
    return rest[:stop], rest[stop + 1 :]


def _signature(tail: bytes) -> bytes | None:
    padded = tail.strip() + b"=" * (-len(tail.strip()) % 8)
    try:
        signature = base64.b32decode(padded)
    except binascii.Error:
        return None
    return signature if len(signature) == 2 * HALF else None


def state(message: Message | None, trust: Trust) -> str:
    """`absent`, `lu` (unknown certificate), `signature_verifiee` or `signature_invalide`."""
    if message is None:
        return ABSENT
    key = trust.get(message.signer)
    if key is None:
        return LU
    return SIGNATURE_VERIFIEE if _verified(message, key) else SIGNATURE_INVALIDE


def _verified(message: Message, key: ec.EllipticCurvePublicKey) -> bool:
    if message.signature is None:
        return False
    r, s = (int.from_bytes(half) for half in (message.signature[:HALF], message.signature[HALF:]))
    try:
        key.verify(encode_dss_signature(r, s), message.signed, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def day(value: str) -> date | None:
    """A day of the code: days since 2000 in four hexadecimal digits; None when unknown."""
    if value == UNKNOWN_DAY or not re.fullmatch("[0-9A-F]{4}", value):
        return None
    return EPOCH + timedelta(days=int(value, 16))


def trusted(folder: str) -> Trust:
    """The keys of a folder: one PEM file (certificate or public key) a certificate, named authority + certificate."""
    return {place.stem: _key(place) for place in sorted(Path(folder).glob("*.pem"))} if folder else {}


def _key(place: Path) -> ec.EllipticCurvePublicKey:
    content = place.read_bytes()
    try:
        certificate = b"BEGIN CERTIFICATE" in content
        key = x509.load_pem_x509_certificate(content).public_key() if certificate else load_pem_public_key(content)
    except ValueError as error:
        raise _unusable(place) from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _unusable(place)
    return key


def _unusable(place: Path) -> Refused:
    text = f"La clé 2D-Doc « {place.name} » ne se lit pas."
    return Refused("cle_deux_d_doc", text, mend="Donnez un certificat ou une clé publique P-256, en PEM.")
