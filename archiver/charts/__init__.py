"""Series in, pictures out; may import the domain, and alone speaks Vega."""
