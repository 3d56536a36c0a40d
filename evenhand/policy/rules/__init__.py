"""One file per family of rules; a rule knows no other."""
