"""Package data of the territories, read with importlib.resources; `SOURCES.md` names each producer."""
