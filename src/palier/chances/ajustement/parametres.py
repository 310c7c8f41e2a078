"""What was learned from a journal, as it is stored: frozen at an instant, exact through JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from palier.chances.ajustement.flux import Flux
from palier.chances.ajustement.regressions import Logistique
from palier.chances.journal import Reels
from palier.chances.lots import Fragilite

OFFRES_MINIMUM = 20
CONTACTS_MINIMUM = 100


@dataclass(frozen=True)
class Ajustement:
    """Fits of one territory, from rows strictly before `au` alone."""

    territoire: str
    au: int
    debut: int  # start of the record: habits are counted from there
    p: Logistique  # available when reached for
    a: Logistique  # accepts what is attributed
    c: Logistique  # attributed when the turn comes
    p_moyen: Reels  # by typologie, without covariates
    alpha_moyen: Reels
    sigma_c: float
    fragilite: Fragilite
    flux: Flux
    offres_finies: int
    contactees: int
    decisions: int  # examined candidatures: what the commissions decided
    recalage: tuple[float, float, float] | None = field(default=None)  # constant, weight of logit π, of log rank

    @property
    def suffisant(self) -> bool:
        """Tell whether enough is known to show a figure."""
        return self.offres_finies >= OFFRES_MINIMUM and self.contactees >= CONTACTS_MINIMUM

    def to_dict(self) -> dict[str, Any]:
        """Return plain values: what `json` writes and reads back without loss."""
        return {
            "territoire": self.territoire,
            "au": self.au,
            "debut": self.debut,
            **{nom: _logistique(getattr(self, nom)) for nom in ("p", "a", "c")},
            "p_moyen": self.p_moyen.tolist(),
            "alpha_moyen": self.alpha_moyen.tolist(),
            "sigma_c": self.sigma_c,
            "fragilite": vars(self.fragilite).copy(),
            "flux": {
                "par_typologie": self.flux.par_typologie.tolist(),
                "par_commune": {nom: cellule.tolist() for nom, cellule in self.flux.par_commune.items()},
                "depots": {str(jours): part.tolist() for jours, part in self.flux.depots.items()},
                "points": [points.tolist() for points in self.flux.points],
            },
            "offres_finies": self.offres_finies,
            "contactees": self.contactees,
            "decisions": self.decisions,
            "recalage": list(self.recalage) if self.recalage else None,
        }

    @classmethod
    def from_dict(cls, valeurs: dict[str, Any]) -> Ajustement:
        """Read back what `to_dict` gave."""
        flux, recalage = valeurs["flux"], valeurs["recalage"]
        lues = {
            **valeurs,
            **{nom: _lue(valeurs[nom]) for nom in ("p", "a", "c")},
            "p_moyen": _reels(valeurs["p_moyen"]),
            "alpha_moyen": _reels(valeurs["alpha_moyen"]),
            "fragilite": Fragilite(**valeurs["fragilite"]),
            "flux": Flux(
                par_typologie=_reels(flux["par_typologie"]),
                par_commune={nom: _reels(cellule) for nom, cellule in flux["par_commune"].items()},
                depots={int(jours): _reels(part) for jours, part in flux["depots"].items()},
                points=tuple(_reels(points) for points in flux["points"]),
            ),
            "recalage": tuple(recalage) if recalage else None,
        }
        return cls(**lues)


def _logistique(fit: Logistique) -> dict[str, Any]:
    return {nom: v.tolist() if isinstance(v, np.ndarray) else v for nom, v in vars(fit).items()}


def _lue(valeurs: dict[str, Any]) -> Logistique:
    return Logistique(
        moyennes=_reels(valeurs["moyennes"]),
        ecarts=_reels(valeurs["ecarts"]),
        beta=_reels(valeurs["beta"]),
        ordonnee=float(valeurs["ordonnee"]),
        decalages=_reels(valeurs["decalages"]),
    )


def _reels(valeurs: list[float]) -> Reels:
    return np.array(valeurs, dtype=np.float64)
