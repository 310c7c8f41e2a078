"""« À quoi ai-je droit ? »: the law asked without an account, one question per screen, nothing stored."""
