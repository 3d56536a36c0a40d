"""Internet mail as values: bytes in, typed objects out. Pure; knows RFCs, not markets."""
