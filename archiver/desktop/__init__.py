"""Other tools' archives in, domain out; may import the domain, and alone reads foreign JSON and HTML."""
