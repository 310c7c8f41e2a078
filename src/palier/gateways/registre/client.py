"""The client of the registration system: one message asked, one answered, whatever carries them."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

import httpx

from palier.base import clock, limits
from palier.base.refusal import NBSP, Refused
from palier.droit.numero_unique import motifs_radiation
from palier.gateways import outage
from palier.gateways.registre.codes import slug
from palier.gateways.registre.envelope import BadMessage, parse, serialise
from palier.gateways.registre.facts import (
    AlreadyRegistered,
    Attribution,
    Dossier,
    Enregistrement,
    normalise_numero,
)
from palier.gateways.registre.reading import Message, read_message
from palier.gateways.registre.writing import message

SERVICE, LABEL = "registre", "Le système d'enregistrement des demandes"
LOCAL = ("127.0.0.1", "localhost", "::1")
READ_STATUS = (httpx.codes.OK, httpx.codes.BAD_REQUEST, httpx.codes.CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY)
Carrier = Callable[[bytes], bytes]
"""What carries a message there and its answer back. GatewayDown when it cannot."""


class RegistreXml:
    """The registration system spoken to in messages « interfaceNuu »; the real one and the double alike."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier

    def check(self, numero: str) -> Enregistrement | None:
        known = self.import_demande(numero)
        return _record(known) if known is not None else None

    def import_demande(self, numero: str) -> Dossier | None:
        number = normalise_numero(numero)
        answer = self._ask("consultation", Dossier("", clock.today(), numero=number))
        if _refusals(answer) == {"numero_inconnu"}:
            return None
        return self._accepted(answer, number)

    def request_number(self, dossier: Dossier) -> Attribution:
        answer = self._ask("creation", dossier)
        given = answer.dossier
        if "deja_enregistree" in _refusals(answer) and given is not None and given.numero:
            raise AlreadyRegistered(given.numero)
        done = self._accepted(answer, dossier.numero)
        if not done.numero:
            raise _unreadable()
        return Attribution(done.numero, done.depose_le)

    def modify(self, dossier: Dossier) -> None:
        self._accepted(self._ask("modification", dossier), dossier.numero)

    def renew(self, numero: str, au: date, *, reference: str) -> Enregistrement:
        number = normalise_numero(numero)
        asked = Dossier("", au, reference=reference, numero=number, renouvelee_le=au)
        return _record(self._accepted(self._ask("renouvellement", asked), number))

    def radier(self, numero: str, motif: str, au: date, *, reference: str) -> Enregistrement:
        if motif not in motifs_radiation():
            raise ValueError(f"not a legal cause of removal: {motif!r}")
        number = normalise_numero(numero)
        asked = Dossier("", au, reference=reference, numero=number, radie_le=au, motif_radiation=motif)
        return _record(self._accepted(self._ask("radiation", asked), number))

    def _ask(self, operation: str, dossier: Dossier) -> Message:
        """Refused for a demande that the schema cannot hold; GatewayDown for an answer that nobody can read."""
        try:
            content = serialise(message(operation, clock.now(), dossier))
        except BadMessage as error:
            said = f"Votre demande ne peut pas être transmise. {error}"
            raise Refused("registre_donnees", said, mend="Corrigez-la.", status=422) from error
        try:
            answer = read_message(parse(self.carrier(content)))
        except BadMessage as error:
            raise _unreadable() from error
        if answer.reference != dossier.reference:
            raise _unreadable()
        return answer

    def _accepted(self, answer: Message, numero: str) -> Dossier:
        refused = _refusals(answer)
        if "numero_inconnu" in refused:
            raise unknown(numero)
        if answer.anomalies:
            said = " ".join(sentence for _, sentence in answer.anomalies)
            raise Refused(
                "registre_refus",
                f"{LABEL} a refusé ce message{NBSP}: {said}",
                mend="Un conseiller s'en occupe avec vous.",
                motifs=[name for name, _ in answer.anomalies],
                status=422,
            )
        if answer.dossier is None or (numero and answer.dossier.numero != numero):
            raise _unreadable()
        return answer.dossier


def _refusals(answer: Message) -> set[str]:
    return {slug("anomalie", name) for name, _ in answer.anomalies}


def _record(dossier: Dossier) -> Enregistrement:
    holder = dossier.demandeur
    if holder is None:
        raise _unreadable()
    return Enregistrement(
        dossier.numero, dossier.depose_le, dossier.departement, holder.identite, dossier.renouvelee_le,
        dossier.radie_le, dossier.motif_radiation,
    )  # fmt: skip


def unknown(numero: str) -> Refused:
    """The refusal of a number that the system does not know."""
    return Refused(
        "numero_unique_inconnu",
        "Le système d'enregistrement ne connaît pas ce numéro.",
        field="Numéro unique",
        value=numero,
        mend="Vérifiez-le sur votre attestation d'enregistrement.",
        status=422,
    )


def _unreadable() -> outage.GatewayDown:
    return outage.GatewayDown(SERVICE, f"{LABEL} a répondu autrement que prévu.")


class Https:
    """One POST a message over HTTPS, with the certificate of this installation when it has one."""

    def __init__(self, url: str, certificate: str = "", key: str = "", *, seconds: float = 0) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOCAL:
            raise outage.GatewayDown(SERVICE, f"{LABEL}{NBSP}: l'adresse n'est pas en HTTPS.")
        self.url, self.verify = url, _context(certificate, key)
        self.seconds = seconds or outage.TIMEOUT_SECONDS

    def __call__(self, content: bytes) -> bytes:
        headers = {"Content-Type": "application/xml; charset=UTF-8", "Accept": "application/xml"}
        try:
            with (
                httpx.Client(timeout=self.seconds, verify=self.verify) as client,
                client.stream("POST", self.url, content=content, headers=headers) as answer,
            ):
                if answer.status_code not in READ_STATUS:
                    raise outage.GatewayDown(SERVICE, f"{LABEL} ne répond pas en ce moment.")
                return _bounded(answer, time.monotonic() + self.seconds)
        except (httpx.HTTPError, OSError) as error:
            raise outage.GatewayDown(SERVICE, f"{LABEL} ne répond pas en ce moment.") from error


def _bounded(answer: httpx.Response, until: float) -> bytes:
    """The body, read no further than the size that a message may have, nor longer than the time-out in all."""
    most, body = limits.value("registre_octets"), bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > most or time.monotonic() > until:
            raise _unreadable()
    return bytes(body)


def _context(certificate: str, key: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if certificate:
        try:
            context.load_cert_chain(certificate, key or None)
        except OSError as error:
            raise outage.GatewayDown(SERVICE, f"{LABEL}{NBSP}: notre certificat est illisible.") from error
    return context
