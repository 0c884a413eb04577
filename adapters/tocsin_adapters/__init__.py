"""Adapters: each translates one source's own format into observations."""
