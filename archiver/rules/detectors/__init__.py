"""Detectors of personal data, credentials, payment, the shape of leaks; they may import the domain only."""
