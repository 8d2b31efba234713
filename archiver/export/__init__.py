"""Domain in, files out; may import the domain, and alone speaks Arrow."""
