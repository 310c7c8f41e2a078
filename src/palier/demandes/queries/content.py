"""The bytes of a piece: opened where they are read, never kept."""

from __future__ import annotations

from uuid import UUID

from palier.coffre.blobs import open_blob
from palier.demandes.models import Demande, Fichier
from palier.gateways.files.joining import join
from palier.gateways.storage import storage

KIND = "piece"
"""What a sealed file is, in the data that bind it to its place."""


def content_of(fichier: Fichier) -> bytes:
    """The re-made PDF of one file. NotStored when the storage lost it, Tampered when its bytes are not those sealed."""
    sealed = storage().get(fichier.objet)
    person = fichier.person_id()
    return open_blob(person, bytes(fichier.cle), sealed, blob_id=fichier.pk, version=fichier.version, kind=KIND)


def file_in(demande: Demande, file_id: UUID) -> Fichier | None:
    """A file of a piece that this demande still holds, None for any other."""
    rows = Fichier.objects.select_related("piece__demande", "piece__personne").exclude(piece__state="retiree")
    return rows.filter(pk=file_id, piece__demande_id=demande.pk).first()


def document_of(fichiers: list[Fichier]) -> bytes:
    """All the files of a piece as one PDF, in their order."""
    return join([content_of(each) for each in fichiers])
