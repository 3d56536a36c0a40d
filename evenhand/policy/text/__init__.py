"""Reading text: what a mail program would show, folded for comparison, with a map back to what the author typed."""
