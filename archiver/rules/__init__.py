"""Reads rule packs and finds in posts what they name; may import the domain."""
