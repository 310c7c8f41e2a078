"""Life cycle of a candidature, from « Je postule » to the lease or the reason why not. One table, no framework."""

from palier.base.lifecycle import LifeCycle, Transition

WAITING = ("deposee", "designee", "inscrite", "attribuee", "attribuee_sous_condition")
LIVE = (*WAITING, "proposee", "acceptee")

CANDIDATURE = LifeCycle(
    name="candidature",
    initial="deposee",
    states=(
        *LIVE,
        "retiree",
        "non_designee",
        "non_attribuee",
        "irrecevable",
        "refusee",
        "sans_reponse",
        "logee",
        "close",
    ),
    live=LIVE,
    labels={
        "deposee": "Candidature déposée",
        "designee": "Désignée pour la commission",
        "inscrite": "Inscrite à l'ordre du jour",
        "attribuee": "Retenue et classée par la commission",
        "attribuee_sous_condition": "Retenue sous condition",
        "proposee": "Logement proposé",
        "acceptee": "Proposition acceptée",
        "retiree": "Candidature retirée",
        "non_designee": "Non désignée",
        "non_attribuee": "Non retenue par la commission",
        "irrecevable": "Irrecevable",
        "refusee": "Proposition refusée",
        "sans_reponse": "Sans réponse à la proposition",
        "logee": "Bail signé",
        "close": "Close",
    },
    transitions=(
        Transition("retirer", WAITING, "retiree", ("demandeur",), "Retirer ma candidature"),
        Transition("designer", ("deposee",), "designee", ("reservataire", "bailleur"), "Désigner"),
        Transition(
            "ecarter", ("deposee",), "non_designee", ("reservataire", "bailleur"), "Ne pas désigner", reason=True
        ),
        Transition("inscrire", ("designee",), "inscrite", ("bailleur",), "Inscrire à l'ordre du jour"),
        Transition(
            "attribuer", ("inscrite",), "attribuee", ("bailleur", "membre_caleol"), "Attribuer et classer", reason=True
        ),
        Transition(
            "attribuer_sous_condition",
            ("inscrite",),
            "attribuee_sous_condition",
            ("bailleur", "membre_caleol"),
            "Attribuer sous condition",
            reason=True,
        ),
        Transition(
            "ne_pas_attribuer",
            ("inscrite",),
            "non_attribuee",
            ("bailleur", "membre_caleol"),
            "Ne pas attribuer",
            reason=True,
        ),
        Transition(
            "declarer_irrecevable",
            ("inscrite",),
            "irrecevable",
            ("bailleur", "membre_caleol"),
            "Déclarer irrecevable",
            reason=True,
        ),
        Transition(
            "lever_condition",
            ("attribuee_sous_condition",),
            "attribuee",
            ("bailleur",),
            "Constater la condition remplie",
        ),
        Transition("proposer", ("attribuee",), "proposee", ("bailleur", "systeme"), "Proposer le logement"),
        Transition("accepter", ("proposee",), "acceptee", ("demandeur",), "J'accepte ce logement"),
        Transition("refuser", ("proposee",), "refusee", ("demandeur",), "Je refuse ce logement", reason=True),
        Transition("expirer", ("proposee",), "sans_reponse", ("systeme",), "Constater l'absence de réponse"),
        Transition("loger", ("acceptee",), "logee", ("bailleur",), "Constater le bail signé"),
        Transition("clore", LIVE, "close", ("systeme", "bailleur", "demandeur", "membre_caleol"), "Clore", reason=True),
    ),
)
