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
        Transition(
            "renouveler", ("active", "a_renouveler"), "active", ("demandeur", "codemandeur"), "Renouveler ma demande"
        ),
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
        Transition("reactiver", ("radiee",), "active", ("systeme", "demandeur"), "Réactiver la demande", reason=True),
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
        Transition("analyser", ("recue",), "en_analyse", ("systeme",), "Lire la pièce"),
        Transition("reconnaitre", ("en_analyse",), "conforme", ("systeme",), "Reconnaître la pièce"),
        Transition("confier", ("en_analyse",), "a_verifier", ("systeme",), "Confier la pièce à une personne"),
        Transition(
            "completer",
            ("recue", "en_analyse", "conforme", "a_verifier"),
            "recue",
            ("demandeur", "codemandeur"),
            "Ajouter une page",
        ),
        Transition(
            "valider",
            ("recue", "conforme", "a_verifier"),
            "validee",
            ("guichet", "conseiller"),
            "Enregistrer la pièce vue",
        ),
        Transition("refuser", ("a_verifier",), "refusee", ("conseiller",), "Refuser la pièce", reason=True),
        Transition("expirer", ("conforme", "a_verifier", "validee"), "expiree", ("systeme",), "Constater l'expiration"),
        Transition(
            "retirer",
            ("recue", "en_analyse", "conforme", "a_verifier", "validee", "refusee", "expiree"),
            "retiree",
            ("demandeur", "codemandeur", "systeme"),
            "Retirer la pièce",
        ),
    ),
)

ECHANGE = LifeCycle(
    name="echange",
    initial="a_envoyer",
    states=("a_envoyer", "envoye", "refuse"),
    live=("a_envoyer",),
    labels={"a_envoyer": "À envoyer", "envoye": "Envoyé", "refuse": "Refusé par le système d'enregistrement"},
    transitions=(
        Transition("envoyer", ("a_envoyer",), "envoye", ("systeme",), "Envoyer"),
        Transition("refuser", ("a_envoyer",), "refuse", ("systeme",), "Constater le refus", reason=True),
    ),
)

DOUBLON = LifeCycle(
    name="doublon",
    initial="signale",
    states=("signale", "ecarte", "fusion_proposee", "fusionne"),
    live=("signale", "fusion_proposee"),
    labels={
        "signale": "À comparer",
        "ecarte": "Deux personnes différentes",
        "fusion_proposee": "Réunion proposée",
        "fusionne": "Demandes réunies",
    },
    transitions=(
        Transition("ecarter", ("signale", "fusion_proposee"), "ecarte", ("conseiller",), "Ce sont deux personnes"),
        Transition("proposer", ("signale",), "fusion_proposee", ("conseiller",), "Proposer de réunir"),
        Transition("reunir", ("fusion_proposee",), "fusionne", ("demandeur",), "Réunir mes demandes"),
        Transition("garder", ("fusion_proposee",), "signale", ("demandeur",), "Garder les deux demandes"),
    ),
)

CONTESTATION = LifeCycle(
    name="contestation",
    initial="deposee",
    states=("deposee", "en_cours", "repondue"),
    live=("deposee", "en_cours"),
    labels={"deposee": "Reçue", "en_cours": "Examinée", "repondue": "Réponse donnée"},
    transitions=(
        Transition("examiner", ("deposee",), "en_cours", ("dpo",), "Examiner la contestation"),
        Transition("repondre", ("deposee", "en_cours"), "repondue", ("dpo",), "Répondre à la contestation"),
    ),
)
