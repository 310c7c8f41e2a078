"""From a row of the stock to the forms of the law: the only door from this room to `droit`."""

from __future__ import annotations

from palier.parc.models import Logement


def logement_dict(logement: Logement) -> dict[str, object]:
    """The dwelling in the form of a simulation case: area in m², rents in euros a month."""
    return {
        "typologie": logement.typologie,
        "surface": float(logement.surface),
        "loyer_hc": logement.loyer_hc_cents / 100,
        "loyer_cc": logement.loyer_cc_cents / 100,
        "financement": logement.financement,
    }
