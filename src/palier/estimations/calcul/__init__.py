"""What computes estimates from the stored fits and the rows: numpy and `chances`.

The web and the queue import these modules by name when they need them, so that neither loads numpy to start.
"""
