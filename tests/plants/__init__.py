"""Planted faults: each must turn its tests red, or those tests see nothing. `python -m tests.plants`."""
