"""The desk: cases, decisions and people in a browser; imports services and below, alone speaks Starlette."""
