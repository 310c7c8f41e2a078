"""The double of the registration system, for the demo and the tests: it answers the same messages as the real one.

It is deterministic and its memory is a folder. Sample numbers, known from the start:

- `0440323004217G4401`: filed on 14/03/2023 in Loire-Atlantique, alive: three years of seniority to keep.
- `0441125018830G4407`: filed on 05/11/2025 in Loire-Atlantique, alive; a new demande of this person « exists already ».
- `0440622009104G4403`: filed on 20/06/2022, removed on 20/02/2024 because a home was attributed.
- `0440524011962G4405`: filed on 14/05/2024, renewed once, removed for want of renewal on 14/06/2026.

`palier.gateways.outage.simulate("registre", down=True)` takes it down, or `slow=5` makes it slow, for every process.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from palier.base import clock
from palier.droit.demande import reactivation
from palier.droit.numero_unique import territoire
from palier.gateways import memory, outage
from palier.gateways.registre.client import LABEL, SERVICE
from palier.gateways.registre.codes import code
from palier.gateways.registre.envelope import BadMessage, parse, serialise
from palier.gateways.registre.facts import Dossier, Identite, Membre
from palier.gateways.registre.reading import Message, read_message
from palier.gateways.registre.writing import message

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SENTENCES = {
    "deja_enregistree": "Une demande de cette personne existe déjà dans ce territoire.",
    "numero_inconnu": "Numéro unique inconnu.",
    "donnees": "Message incomplet ou illisible.",
    "reprise_trop_tardive": "Le délai pour reprendre cette demande est passé.",
}
Answer = tuple[Dossier | None, str]
"""The record as it now stands, and the anomaly, "" when the message is accepted."""


SAMPLES = {
    record.numero: record
    for record in (
        Dossier(
            "44",
            date(2023, 3, 14),
            (
                Membre(
                    "Marchal", "Inès", date(1992, 3, 2), civilite="MME", nationalite="FR",
                    situation_familiale="separe", profession="Aide-soignante", employeur="Clinique des Lilas",
                    contrat="cdi", annee_n1=2024, rfr_n1_cents=2_150_000, rfr_n2_cents=2_090_000,
                    ressources={"SAL": 172_000, "AF": 14_800},
                ),
                Membre("Marchal", "Léo", date(2019, 5, 5), "enfant", garde="principale"),
                Membre("", "", date(2016, 9, 12), "enfant", garde="alternee"),
            ),
            numero="0440323004217G4401",
            renouvelee_le=date(2026, 3, 2),
            contact={
                "telephone": "0199001212", "adresse": "3 rue des Lilas", "code_postal": "44000", "commune": "44109",
            },
            logement={"statut": "locataire_prive", "loyer_cents": 65_000, "personnes": 3, "surface": 38.0},
            recherche={
                "elargie": True, "typologies": ["T2", "T3"], "communes": ["44109", "44143"], "budget_cents": 70_000,
            },
        ),
        Dossier(
            "44", date(2025, 11, 5), (Membre("Kerbrat", "Yann", date(1987, 9, 21)),), numero="0441125018830G4407"
        ),
        Dossier(
            "44", date(2022, 6, 20), (Membre("Diallo", "Aminata", date(1979, 12, 8)),), numero="0440622009104G4403",
            radie_le=date(2024, 2, 20), motif_radiation="attribution",
        ),
        Dossier(
            "44", date(2024, 5, 14), (Membre("Haddad", "Sofia", date(1985, 7, 30)),), numero="0440524011962G4405",
            renouvelee_le=date(2025, 5, 14), radie_le=date(2026, 6, 14), motif_radiation="non_renouvellement",
        ),
    )
}  # fmt: skip
KNOWN = ("0441125018830G4407",)
"""The samples whose person is told « exists already » when they file another demande in the same territory."""


def numero_for(reference: str, departement: str, depose_le: date) -> str:
    """The number that the double gives: territory, month and year of filing, then a sequence and a counter.

    Both are drawn from the reference. The counter begins with Z, which no real counter is known to use.
    """
    start = territoire(departement) or departement.rjust(3, "0")
    rest = int.from_bytes(hashlib.sha256(reference.encode()).digest()[:8])
    rest, sequence = divmod(rest, 1_000_000)
    counter = ""
    for _ in range(4):
        rest, index = divmod(rest, len(ALPHABET))
        counter += ALPHABET[index]
    return f"{start}{depose_le:%m%y}{sequence:06d}Z{counter}"


def carry(content: bytes) -> bytes:
    """The carrier of the double: down or slow when somebody said so, else its answer."""
    outage.check(SERVICE, LABEL)
    return serve(content)


def serve(content: bytes) -> bytes:
    """The answer to one message. A message that cannot be read is answered « donnees »."""
    try:
        asked = read_message(parse(content))
    except BadMessage:
        asked = Message("", "", None)
    known, anomaly = _answer(asked)
    said = [(code("anomalie", anomaly), SENTENCES[anomaly])] if anomaly else []
    record = replace(known or Dossier("", clock.today()), reference=asked.reference)
    return serialise(message("retour", clock.now(), record, said))


def _answer(asked: Message) -> Answer:
    record = asked.dossier
    if record is None:
        return None, "donnees"
    if asked.operation == "creation":
        return _create(record)
    known = find(record.numero)
    if known is None:
        return None, "numero_inconnu"
    if asked.operation == "consultation":
        return known, ""
    if asked.reference and memory.read_json(folder() / "effets", asked.reference):
        return known, ""
    done, anomaly = CHANGES[asked.operation](known, record) if asked.operation in CHANGES else (None, "donnees")
    if done is not None:
        _keep(done)
        _note(asked.operation, asked.reference, done.numero)
    return done or known, anomaly


def _create(record: Dossier) -> Answer:
    holder = record.demandeur
    if holder is None or not record.reference or not record.departement:
        return None, "donnees"
    existing = _existing(holder.identite, record.departement)
    if existing is not None:
        return existing, "deja_enregistree"
    numero = numero_for(record.reference, record.departement, record.depose_le)
    known = find(numero)
    if known is None:
        known = replace(record, numero=numero)
        _keep(known)
        _note("creation", record.reference, numero)
    return known, ""


def _modify(known: Dossier, record: Dossier) -> Answer:
    return replace(
        record,
        depose_le=min(known.depose_le, record.depose_le),
        renouvelee_le=known.renouvelee_le,
        radie_le=known.radie_le,
        motif_radiation=known.motif_radiation,
    ), ""


def _renew(known: Dossier, record: Dossier) -> Answer:
    if known.radie_le is not None:
        since = known.renouvelee_le or known.depose_le
        verdict = reactivation(known.motif_radiation, record.depose_le, depuis=since, radiee_le=known.radie_le)
        if verdict.valeur is not True:
            return None, "reprise_trop_tardive"
    return replace(known, renouvelee_le=record.renouvelee_le, radie_le=None, motif_radiation=""), ""


def _remove(known: Dossier, record: Dossier) -> Answer:
    if known.radie_le is not None or record.radie_le is None:
        return known, ""
    return replace(known, radie_le=record.radie_le, motif_radiation=record.motif_radiation), ""


CHANGES = {"modification": _modify, "renouvellement": _renew, "radiation": _remove}


def folder() -> Path:
    """The memory of the double, shared by every process of the installation."""
    return outage.double_folder() / "registre"


def find(numero: str) -> Dossier | None:
    """What the double knows of a number."""
    told = memory.read_json(folder(), numero) if numero else None
    return read_message(parse(told["xml"].encode())).dossier if told else SAMPLES.get(numero)


def effects() -> Iterator[tuple[str, str, str]]:
    """What changed the register, one line a reference: operation, reference, number (for the proofs)."""
    for line in memory.read_all(folder() / "effets"):
        yield line["operation"], line["reference"], line["numero"]


def declare_existing(identite: Identite, numero: str) -> None:
    """From now on, a demande of this person in the territory of the number « exists already » under it."""
    memory.write_json(folder() / "existants", _key(identite, numero[:3]), {"numero": numero})


def _existing(identite: Identite, departement: str) -> Dossier | None:
    start = territoire(departement) or departement.rjust(3, "0")
    told = memory.read_json(folder() / "existants", _key(identite, start))
    same = (numero for numero in KNOWN if _key_of(SAMPLES[numero]) == _key(identite, start))
    found = find(told["numero"] if told else next(same, ""))
    return found if found is not None and found.radie_le is None else None


def _key_of(record: Dossier) -> str:
    return _key(record.membres[0].identite, record.numero[:3])


def _key(identite: Identite, start: str) -> str:
    text = unicodedata.normalize("NFKD", f"{identite.nom} {identite.prenom}").casefold()
    folded = "".join(each for each in text if each.isalnum())
    return hashlib.sha256(f"{start}|{folded}|{identite.naissance}".encode()).hexdigest()


def _keep(record: Dossier) -> None:
    content = serialise(message("retour", clock.now(), record))
    memory.write_json(folder(), record.numero, {"xml": content.decode()})


def _note(operation: str, reference: str, numero: str) -> None:
    if reference:
        told = {"operation": operation, "reference": reference, "numero": numero}
        memory.write_json(folder() / "effets", reference, told)
