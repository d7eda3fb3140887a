"""Stormbell: a self-hosted control plane for urgent and research computing."""
