"""The writers of this room."""

from palier.estimations.actions.choosing import switch
from palier.estimations.actions.storing import Draft, forget, note_shown, store

__all__ = ["Draft", "forget", "note_shown", "store", "switch"]
