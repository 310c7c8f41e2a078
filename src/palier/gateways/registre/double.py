"""The double of the registration system, for the demo and the tests: deterministic, its memory is a folder.

Sample numbers, known from the start:

- `0440323004217G4401`: filed on 14/03/2023 in Loire-Atlantique, alive: three years of seniority to keep.
- `0441125018830G4407`: filed on 05/11/2025 in Loire-Atlantique, alive.
- `0440622009104G4403`: filed on 20/06/2022, removed on 20/02/2024 because a home was attributed.

`palier.gateways.outage.simulate("registre", down=True)` takes it down for every process.
"""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from palier.base.refusal import Refused
from palier.droit.numero_unique import motifs_radiation, territoire
from palier.gateways import memory, outage
from palier.gateways.registre.facts import (
    Attribution,
    Enregistrement,
    Identite,
    Resume,
    normalise_numero,
)

SERVICE, LABEL = "registre", "Le système d'enregistrement des demandes"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SAMPLES = {
    record.numero: record
    for record in (
        Enregistrement("0440323004217G4401", date(2023, 3, 14), "44", Identite("Marchal", "Inès", date(1992, 3, 2))),
        Enregistrement("0441125018830G4407", date(2025, 11, 5), "44", Identite("Kerbrat", "Yann", date(1987, 9, 21))),
        Enregistrement(
            "0440622009104G4403",
            date(2022, 6, 20),
            "44",
            Identite("Diallo", "Aminata", date(1979, 12, 8)),
            radie_le=date(2024, 2, 20),
            motif_radiation="attribution",
        ),
    )
}


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


class RegistreDouble:
    """Answers from the samples and from what it was told; never in production."""

    def check(self, numero: str) -> Enregistrement | None:
        outage.check(SERVICE, LABEL)
        known = normalise_numero(numero)
        told = memory.read_json(folder(), known)
        return _record(told) if told else SAMPLES.get(known)

    def request_number(self, resume: Resume) -> Attribution:
        outage.check(SERVICE, LABEL)
        numero = numero_for(resume.reference, resume.departement, resume.depose_le)
        if memory.read_json(folder(), numero) is None:
            _keep(Enregistrement(numero, resume.depose_le, resume.departement, resume.demandeur))
        return Attribution(numero, resume.depose_le)

    def radier(self, numero: str, motif: str, au: date) -> Enregistrement:
        if motif not in motifs_radiation():
            raise ValueError(f"not a legal cause of removal: {motif!r}")
        record = self.check(numero)
        if record is None:
            raise _unknown(numero)
        if record.radie_le is None:
            record = replace(record, radie_le=au, motif_radiation=motif)
            _keep(record)
        return record


def folder() -> Path:
    """The memory of the double, shared by every process of the installation."""
    return outage.double_folder() / "registre"


def _unknown(numero: str) -> Refused:
    return Refused(
        "numero_unique_inconnu",
        "Le système d'enregistrement ne connaît pas ce numéro.",
        field="Numéro unique",
        value=numero,
        mend="Vérifiez-le sur votre attestation d'enregistrement.",
        status=422,
    )


def _keep(record: Enregistrement) -> None:
    person = record.demandeur
    content: dict[str, Any] = {
        "numero": record.numero,
        "depose_le": record.depose_le.isoformat(),
        "departement": record.departement,
        "demandeur": {"nom": person.nom, "prenom": person.prenom, "naissance": person.naissance.isoformat()},
        "radie_le": record.radie_le.isoformat() if record.radie_le else None,
        "motif_radiation": record.motif_radiation,
    }
    memory.write_json(folder(), record.numero, content)


def _record(content: dict[str, Any]) -> Enregistrement:
    person = content["demandeur"]
    return Enregistrement(
        numero=content["numero"],
        depose_le=date.fromisoformat(content["depose_le"]),
        departement=content["departement"],
        demandeur=Identite(person["nom"], person["prenom"], date.fromisoformat(person["naissance"])),
        radie_le=date.fromisoformat(content["radie_le"]) if content["radie_le"] else None,
        motif_radiation=content["motif_radiation"],
    )
