"""The rows of a demande: itself and its household, its pieces and their files, its links, what follows it."""

from palier.demandes.models.attestation import AttestationEmployeur
from palier.demandes.models.counter import CodeGuichet, Lien
from palier.demandes.models.demande import CommuneDemandee, Demande, DemandeQuerySet, Personne
from palier.demandes.models.pieces import Fichier, Piece
from palier.demandes.models.suivi import Contestation, Doublon, Echange, Rappel

__all__ = [
    "AttestationEmployeur",
    "CodeGuichet",
    "CommuneDemandee",
    "Contestation",
    "Demande",
    "DemandeQuerySet",
    "Doublon",
    "Echange",
    "Fichier",
    "Lien",
    "Personne",
    "Piece",
    "Rappel",
]
