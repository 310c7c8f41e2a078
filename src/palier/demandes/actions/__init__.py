"""The acts on a demande: the only writers of its rows. Keyword-only; `by` and `at` always given."""

from palier.base.refusal import explain_constraint
from palier.demandes.actions.counter import issue_counter_code, note_wrong_code, open_counter, record_number
from palier.demandes.actions.draft import import_demande, open_demande, save_step
from palier.demandes.actions.filing import radiate_demande, renounce_demande, submit_demande

__all__ = [
    "import_demande",
    "issue_counter_code",
    "note_wrong_code",
    "open_counter",
    "open_demande",
    "radiate_demande",
    "record_number",
    "renounce_demande",
    "save_step",
    "submit_demande",
]

explain_constraint(
    "demande_une_par_titulaire",
    code="demande_deja_ouverte",
    detail="Vous avez déjà une demande en cours.",
    mend="Ouvrez « Ma demande » pour la continuer.",
)
explain_constraint(
    "demande_numero_unique",
    code="numero_deja_suivi",
    detail="Ce numéro unique est déjà suivi dans un autre compte.",
    mend="Connectez-vous avec l'adresse de ce compte, ou demandez un nouveau mot de passe.",
)
