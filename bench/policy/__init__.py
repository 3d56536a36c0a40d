"""How well the house rules read: labelled messages, a trainer, an evaluation and a race against other engines."""
