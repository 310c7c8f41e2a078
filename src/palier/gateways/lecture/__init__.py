"""Reading of documents: OCR, signed codes, fields, and the rules of the law on what was read. Import from the modules.

Kept empty: the child process imports this package, and must not pay for settings that it may not see.
"""
