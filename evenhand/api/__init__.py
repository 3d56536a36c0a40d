"""The JSON door: what other programs may ask of the service."""
