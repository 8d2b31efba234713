"""The verbs of the archive: each public function is one use case; imports the adapters and the domain."""
