"""Life cycles of a demande and of its pieces (CCH L.441-2-1, R.441-2-1 to R.441-2-9). One table each, no framework."""

from palier.base.lifecycle import LifeCycle, Transition

DEMANDE = LifeCycle(
    name="demande",
    initial="brouillon",
    states=("brouillon", "deposee", "active", "a_renouveler", "radiee"),
    live=("brouillon", "deposee", "active", "a_renouveler"),
    labels={
        "brouillon": "Brouillon",
        "deposee": "Déposée, numéro unique en attente",
        "active": "Active",
        "a_renouveler": "À renouveler",
        "radiee": "Radiée",
    },
    transitions=(
        Transition("deposer", ("brouillon",), "deposee", ("demandeur",), "Déposer ma demande"),
        Transition("activer", ("deposee",), "active", ("systeme", "guichet"), "Enregistrer le numéro unique"),
        Transition("appeler_renouvellement", ("active",), "a_renouveler", ("systeme",), "Demander le renouvellement"),
        Transition("renouveler", ("a_renouveler",), "active", ("demandeur",), "Renouveler ma demande"),
        Transition(
            "renoncer",
            ("brouillon", "deposee", "active", "a_renouveler"),
            "radiee",
            ("demandeur",),
            "Renoncer à ma demande",
            reason=True,
        ),
        Transition(
            "radier",
            ("deposee", "active", "a_renouveler"),
            "radiee",
            ("systeme", "bailleur"),
            "Radier la demande",
            reason=True,
        ),
        Transition("reactiver", ("radiee",), "active", ("systeme",), "Réactiver la demande", reason=True),
    ),
)

PIECE = LifeCycle(
    name="piece",
    initial="recue",
    states=("recue", "en_analyse", "conforme", "a_verifier", "validee", "refusee", "expiree", "retiree"),
    live=("recue", "en_analyse", "conforme", "a_verifier", "validee"),
    labels={
        "recue": "Reçue",
        "en_analyse": "En cours d'analyse",
        "conforme": "Conforme",
        "a_verifier": "À vérifier par une personne",
        "validee": "Vue et validée",
        "refusee": "Refusée",
        "expiree": "Expirée",
        "retiree": "Retirée",
    },
    transitions=(
        Transition("valider", ("recue", "a_verifier"), "validee", ("guichet",), "Enregistrer la pièce vue"),
        Transition("expirer", ("validee",), "expiree", ("systeme",), "Constater l'expiration"),
        Transition("retirer", ("recue", "validee"), "retiree", ("demandeur",), "Retirer la pièce"),
    ),
)
