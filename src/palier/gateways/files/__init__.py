"""Foreign bytes come in: sniffed, searched, re-made in a child process. Import from the modules.

Kept empty: the child process imports this package, and must not pay for settings that it may not see.
"""
