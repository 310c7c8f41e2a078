"""The writers of this room."""

from palier.estimations.actions.choosing import switch
from palier.estimations.actions.storing import forget, note_shown, store
from palier.estimations.drafts import Draft

__all__ = ["Draft", "forget", "note_shown", "store", "switch"]
