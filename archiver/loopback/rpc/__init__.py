"""What the server answers to each method, a file for each of Telegram's rooms; see table.py for the list."""
