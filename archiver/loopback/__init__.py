"""A small Telegram on this machine, for the demo, the tests and the benchmarks; imports Telethon only.

It speaks real MTProto 2.0 over real TCP to a stock Telethon (https://core.telegram.org/mtproto) and shows a
made-up world of public channels. Start reading at server.py, then connection.py, then world.py.
"""
