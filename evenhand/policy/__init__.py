"""What may be said: facts in, findings out, one verdict. Pure."""
