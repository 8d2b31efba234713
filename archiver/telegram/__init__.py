"""Telegram in, domain out: the only room that knows Telethon; imports the domain."""
