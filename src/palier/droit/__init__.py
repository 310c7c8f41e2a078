"""The law of social housing: dated, sourced values and pure rules. No Django, no clock, no network."""
