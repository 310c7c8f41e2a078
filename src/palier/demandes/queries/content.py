"""The bytes of a piece: opened where they are read, never kept."""

from __future__ import annotations

from uuid import UUID

from palier.base.refusal import Refused
from palier.coffre import Destroyed, Tampered
from palier.coffre.blobs import open_blob
from palier.demandes.models import Demande, Fichier
from palier.gateways.files.joining import join
from palier.gateways.storage import NotStored, storage

KIND = "piece"
"""What a sealed file is, in the data that bind it to its place."""


class Damaged(Refused):
    """The sealed bytes of a file are lost, changed, or of another place: never shown, and never a broken page."""

    def __init__(self, fichier: Fichier, cause: str) -> None:
        super().__init__(
            "fichier_altere",
            "Ce fichier ne peut plus être ouvert\u00a0: son contenu a été perdu ou modifié.",
            mend="Envoyez-le une nouvelle fois. Le fait est inscrit au journal.",
        )
        self.fichier = fichier
        self.cause = cause


def content_of(fichier: Fichier) -> bytes:
    """The re-made PDF of one file. Damaged when the storage lost it or when its bytes are not those sealed here."""
    person = fichier.person_id()
    try:
        sealed = storage().get(fichier.objet)
        return open_blob(person, bytes(fichier.cle), sealed, blob_id=fichier.pk, version=fichier.version, kind=KIND)
    except NotStored as error:
        raise Damaged(fichier, "perdu") from error
    except (Tampered, Destroyed) as error:
        raise Damaged(fichier, "altere") from error


def file_in(demande: Demande, file_id: UUID) -> Fichier | None:
    """A file of a piece that this demande still holds, None for any other."""
    rows = Fichier.objects.select_related("piece__demande", "piece__personne").exclude(piece__state="retiree")
    return rows.filter(pk=file_id, piece__demande_id=demande.pk).first()


def document_of(fichiers: list[Fichier]) -> bytes:
    """All the files of a piece as one PDF, in their order."""
    return join([content_of(each) for each in fichiers])
