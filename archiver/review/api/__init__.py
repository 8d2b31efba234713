"""The JSON API of the desk, for programs; may import what the pages may, and of theirs what masks."""
