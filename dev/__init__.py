"""What `make` runs: from a bare checkout to a running portal, or to a verdict on the code.

It runs before anything is installed, so it uses the standard library alone.
"""
