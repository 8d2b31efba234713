"""The nouns and the pure decisions of the archive; imports nothing but the standard library."""
