"""Papers like those the administrations print, for people who do not exist; an authority of ours signs the codes."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import zxingcpp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image

from palier.droit.lecture_pieces.noms import mots_nom
from palier.gateways.lecture.mrz import check_digit

AU = date(2026, 11, 24)
SIGNER = "FR990001"
KEY = ec.derive_private_key(20_261_124, ec.SECP256R1())
MODULE = 4
MOIS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
STYLE = '#set page(paper: "a4", margin: 18mm)\n#set text(lang: "fr", size: 11pt)\n'


@dataclass(frozen=True)
class Personne:
    """Someone, and what they declared: tax income of a year, monthly net, in euros."""

    prenom: str
    nom: str
    naissance: date
    rfr: int = 0
    net: int = 0
    annee: int = 2024


def case(*personnes: Personne) -> dict[str, Any]:
    """The case of the contract for these persons."""
    roles = ("demandeur", "conjoint")
    return {
        "au": AU.isoformat(),
        "menage": {
            "personnes": [
                {
                    "id": f"p{rang}",
                    "role": role,
                    "prenom": une.prenom,
                    "nom": une.nom,
                    "naissance": une.naissance.isoformat(),
                    "rfr": {str(une.annee): une.rfr},
                    "net_mensuel": une.net,
                }
                for rang, (une, role) in enumerate(zip(personnes, roles, strict=False), 1)
            ]
        },
    }


def trust(folder: Path) -> str:
    """A list of trust that knows our authority; its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / f"{SIGNER}.pem").write_bytes(pem)
    return str(folder)


def sign(message: str) -> bytes:
    """A message with its signature, as 2D-Doc lays it out."""
    raw = message.encode("ascii")
    halves = decode_dss_signature(KEY.sign(raw, ec.ECDSA(SHA256())))
    return raw + b"\x1f" + base64.b32encode(b"".join(half.to_bytes(32, "big") for half in halves)).rstrip(b"=")


def matrix(code: bytes) -> Image.Image:
    """The code as it is printed."""
    made = zxingcpp.create_barcode(code.decode("ascii"), zxingcpp.BarcodeFormat.DataMatrix)
    return Image.fromarray(made.to_image(scale=MODULE))


def euros(montant: int | float) -> str:
    texte = f"{montant:,.2f}".replace(",", " ").replace(".", ",")
    return texte.removesuffix(",00")


def rows(*pairs: tuple[str, str]) -> str:
    cells = ", ".join(f"[{left}], [{right}]" for left, right in pairs)
    return f"#table(columns: (1fr, auto), stroke: 0.4pt + gray, inset: 6pt, {cells})\n"


def avis(
    une: Personne, annee: int, *, code: bool = True, altered: bool = False, signed_rfr: int | None = None
) -> bytes:
    """A tax notice on the revenus of a year."""
    nom = f"{une.nom.upper()} {une.prenom}"
    text = f"""{STYLE}#text(size: 9pt)[DIRECTION GÉNÉRALE DES FINANCES PUBLIQUES]

#text(size: 17pt, weight: "bold")[AVIS D'IMPÔT ÉTABLI EN {annee + 1}]

Impôt sur les revenus de l'année {annee}

#v(8mm)
#align(right)[M. ou Mme {nom} \\ 12 RUE DES LILAS \\ 44000 NANTES]
#v(6mm)
Numéro fiscal : 13 45 678 901 234 \\ Référence de l'avis : {annee % 100} 44 A329512 34

Date de mise en recouvrement : 31/07/{annee + 1}
#v(6mm)
#strong[Vos références]
{rows(("Déclarant 1", nom), ("Nombre de parts", "1,00"), ("Salaires et assimilés", euros(une.rfr * 10 // 9)),
      ("Déduction de 10 %", euros(une.rfr // 9)), ("Revenu brut global", euros(une.rfr)))}
#v(4mm)
#text(size: 13pt, weight: "bold")[Revenu fiscal de référence : {euros(une.rfr)} €]
#v(4mm)
Impôt sur le revenu net avant correction : {euros(une.rfr // 31)} €

Vous pouvez consulter votre espace particulier sur impots.gouv.fr. Cet avis est à conserver.
"""
    if not code:
        return text.encode()
    rfr = une.rfr if signed_rfr is None else signed_rfr
    said = " ".join(mots_nom(f"{une.nom} {une.prenom}"))
    signed = sign(f"DC02{SIGNER}26B026B028431\x1d442544A3295123445{annee}46{said}\x1d4A3107{annee + 1}471345678901234"
                  f"41{rfr}\x1d")  # fmt: skip
    return text.encode() + b"\0" + (signed.replace(f"41{rfr}".encode(), f"41{rfr - 9}".encode()) if altered else signed)


def bulletin(une: Personne, annee: int, mois: int) -> bytes:
    """A payslip."""
    net = une.net + 11 * (mois % 3) + 0.37
    return f"""{STYLE}#text(size: 16pt, weight: "bold")[BULLETIN DE PAIE]

Employeur : ATELIERS DU QUAI \\ SIRET : 732 829 320 00074 \\ Urssaf de Nantes

Période : {MOIS[mois - 1]} {annee} \\ Paiement le : 28/{mois:02}/{annee}
#v(3mm)
Salarié : {une.nom.upper()} {une.prenom} \\ Matricule : 00421 \\ Emploi : technicien
#v(3mm)
{rows(("Salaire de base, 151,67 heures", euros(net * 1.28)), ("Cotisations de sécurité sociale", euros(net * 0.11)),
      ("Retraite", euros(net * 0.09)), ("Congés payés acquis", "2,50"), ("Montant net social", euros(net * 1.01)),
      ("Net imposable", euros(net * 1.03)), ("Net à payer avant impôt sur le revenu", euros(net)),
      ("Impôt prélevé à la source", euros(net * 0.02)), ("Net payé", euros(net * 0.98)))}
#v(3mm)
Dans votre intérêt, et pour faire valoir vos droits, conservez ce bulletin sans limitation de durée.
""".encode()


def _digits(quand: date) -> str:
    return f"{quand:%y%m%d}{check_digit(f'{quand:%y%m%d}')}"


def _zone(*lines: tuple[str, int]) -> str:
    written = "\n".join(text.ljust(size, "<")[:size] for text, size in lines)
    return f'#v(10mm)\n#text(size: 13pt)[#raw(block: true, "{written}")]\n'


def _names(une: Personne) -> str:
    return f"{'<'.join(mots_nom(une.nom))}<<{'<'.join(mots_nom(une.prenom))}"


def _card(une: Personne, expiration: date, document: str, nation: str) -> str:
    second = f"{_digits(une.naissance)}F{_digits(expiration)}{nation}"
    return _zone((f"{document}FRAX4RTBPFW46", 30), (second, 30), (_names(une), 30))


def _identity(une: Personne, titre: str, nationalite: str, expiration: date, zone: str) -> bytes:
    return f"""{STYLE}#text(size: 14pt, weight: "bold")[{titre}]
#v(6mm)
Nom : {une.nom.upper()}

Prénom : {une.prenom}

Sexe : F #h(1cm) Nationalité : {nationalite}

Date de naissance : {une.naissance:%d/%m/%Y}

Lieu de naissance : NANTES

Date d'expiration : {expiration:%d/%m/%Y}
{zone}""".encode()


def carte(une: Personne, expiration: date) -> bytes:
    """A French identity card, both sides on one page."""
    titre = "RÉPUBLIQUE FRANÇAISE \\ CARTE NATIONALE D'IDENTITÉ / IDENTITY CARD"
    return _identity(une, titre, "FRA", expiration, _card(une, expiration, "ID", "FRA"))


def titre(une: Personne, expiration: date) -> bytes:
    """A titre de séjour."""
    haut = "RÉPUBLIQUE FRANÇAISE \\ TITRE DE SÉJOUR / RESIDENCE PERMIT"
    return _identity(une, haut, "NIGÉRIANE", expiration, _card(une, expiration, "IR", "NGA"))


def passeport(une: Personne, expiration: date, nation: str) -> bytes:
    """A passport of another country of the Union."""
    number = "YA1234567"
    second = f"{number}{6}{nation}{_digits(une.naissance)}F{_digits(expiration)}"
    zone = _zone((f"P<{nation}{_names(une)}", 44), (second, 44))
    return _identity(une, "PASSEPORT / PASSPORT \\ UNION EUROPÉENNE", nation, expiration, zone)


def livret(une: Personne, autre: Personne) -> bytes:
    """A livret de famille: parents and a child."""
    return f"""{STYLE}#text(size: 16pt, weight: "bold")[LIVRET DE FAMILLE]
#v(6mm)
#strong[Premier parent]

Nom : {une.nom.upper()}

Prénom : {une.prenom}

Née le : {une.naissance:%d/%m/%Y} à Nantes
#v(4mm)
#strong[Second parent]

Nom : {autre.nom.upper()}

Prénom : {autre.prenom}

Né le : {autre.naissance:%d/%m/%Y} à Brest
#v(4mm)
#strong[Extrait de l'acte de naissance de l'enfant]

Nom : {autre.nom.upper()}

Prénom : Nino

Né le : 05/05/2019 à Nantes, fils de {autre.prenom} et de {une.prenom}

Délivré par l'officier de l'état civil de la commune de Nantes.
""".encode()


def attestation(une: Personne) -> bytes:
    """A statement by the one who employs."""
    return f"""{STYLE}ATELIERS DU QUAI \\ SIRET : 732 829 320 00074
#v(10mm)
#text(size: 16pt, weight: "bold")[ATTESTATION DE L'EMPLOYEUR]
#v(8mm)
Je soussignée, responsable du personnel de la société, atteste que

M. {une.nom.upper()} {une.prenom}

est employé dans notre entreprise depuis le 06/01/2020, en contrat à durée indéterminée, comme technicien,
sur le site de Saint-Herblain. Son poste ne peut pas être tenu en télétravail.

Fait à Nantes, le 12/11/2026, pour valoir ce que de droit.
""".encode()
