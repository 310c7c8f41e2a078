"""The question of each screen, by the name that its key begins with."""

from palier.portals.public.simulateur import questions_means as means
from palier.portals.public.simulateur import questions_menage as menage
from palier.portals.public.simulateur.question import Question

QUESTIONS: dict[str, type[Question]] = {
    "adultes": menage.AdultesForm,
    "naissance": menage.NaissanceForm,
    "foyer": menage.FoyerForm,
    "enfant": menage.EnfantForm,
    "charge": menage.ChargeForm,
    "autre": menage.AutreForm,
    "handicap": menage.HandicapForm,
    "commune": menage.CommuneForm,
    "employeur": means.EmployeurForm,
    "effectif": means.EffectifForm,
    "contrat": means.ContratForm,
    "rfr": means.RfrForm,
    "recents": means.RecentsForm,
    "net": means.NetForm,
    "loyer": means.LoyerForm,
}
