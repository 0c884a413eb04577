"""OpenALPR and Rekor Scout agents: JSON webhooks."""

from tocsin_adapters.openalpr.adapter import OpenalprAdapter

__all__ = ["OpenalprAdapter"]
