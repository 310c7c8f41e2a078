"""Why a file cannot be taken: one sentence and one way out for each reason, and names that can be shown."""

from __future__ import annotations

import unicodedata
from pathlib import PureWindowsPath

from palier.base import limits
from palier.base.refusal import NBSP, Refused

SHOWN = 60
HIDDEN = ("C", "Zl", "Zp")
FIELD = "fichier"
PHOTO = "Prenez plutôt le document en photo."
AGAIN = "Enregistrez-le de nouveau, ou prenez le document en photo."
SENTENCES = {
    "vide": ("Ce fichier est vide.", "Il s'est sans doute mal enregistré. Envoyez-le de nouveau."),
    "trop_lourd": ("Ce fichier dépasse {megaoctets} Mo.", f"Réduisez-le, ou envoyez moins de pages à la fois. {PHOTO}"),
    "type_inconnu": ("Ce fichier n'est ni un PDF, ni une photo JPEG, PNG ou HEIC.", PHOTO),
    "nom_contredit": (
        "Le nom de ce fichier finit par «{nbsp}{ending}{nbsp}», mais il contient {found}.",
        "Vérifiez que c'est le bon fichier. Puis renommez-le, ou prenez le document en photo.",
    ),
    "type_contredit": (
        "Ce fichier est annoncé comme un autre type de document, mais il contient {found}.",
        f"Vérifiez que c'est le bon fichier. {PHOTO}",
    ),
    "double": ("Ce fichier en cache un autre.", f"Nous ne pouvons pas l'ouvrir sans risque. {PHOTO}"),
    "virus": ("L'antivirus a reconnu un programme dangereux dans ce fichier.", f"Il n'a pas été gardé. {PHOTO}"),
    "illisible": ("Ce fichier ne s'ouvre pas{nbsp}: il est abîmé ou incomplet.", AGAIN),
    "chiffre": (
        "Ce PDF est protégé par un mot de passe.",
        "Enregistrez-le sans mot de passe, ou prenez le document en photo.",
    ),
    "trop_de_pages": ("Ce document a {pages} pages, et le plus est {most_pages}.", "Envoyez-le en plusieurs fois."),
    "trop_de_pixels": ("Cette image est trop grande pour être lue.", "Reprenez la photo en qualité normale."),
    "trop_lourd_ouvert": ("Ce fichier prend trop de place une fois ouvert.", f"Envoyez moins de pages. {PHOTO}"),
    "sans_page": ("Ce document n'a aucune page.", AGAIN),
    "sans_fichier": ("Aucun fichier n'est arrivé.", "Choisissez un fichier, puis envoyez-le."),
}
FOUND = {"pdf": "un PDF", "jpeg": "une photo JPEG", "png": "une image PNG", "heic": "une photo HEIC"}


class BadFile(Refused):
    """A file that is not taken; nothing else of the act is lost. `name` is shown, cleaned."""

    def __init__(self, code: str, name: str, **facts: object) -> None:
        detail, mend = SENTENCES[code]
        known = {
            "nbsp": NBSP,
            "megaoctets": limits.value("upload") // 1_000_000,
            "most_pages": limits.value("piece_pages"),
        }
        super().__init__(
            f"fichier_{code}",
            detail.format(**known, **facts),
            field=FIELD,
            value=shown_name(name),
            mend=mend,
            status=413 if code == "trop_lourd" else 422,
        )


def shown_name(name: str) -> str:
    """The last part of a name given by a browser, without what does not print or turns the text round; one short line.

    For reading only: no file, no header and no address is ever made of it.
    """
    last = PureWindowsPath(name.replace("\0", "")).name  # both kinds of slash
    printed = "".join(letter for letter in last if not unicodedata.category(letter).startswith(HIDDEN)).strip()
    if len(printed) <= SHOWN:
        return printed
    return f"{printed[: SHOWN // 2]}…{printed[-SHOWN // 4 :]}"
