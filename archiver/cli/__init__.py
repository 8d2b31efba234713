"""The doors: one file a command; imports wiring, services and the domain."""
