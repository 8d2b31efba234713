"""The desk: cases, decisions and people in a browser; may import services and what is below, and alone speaks Starlette and Jinja2."""
