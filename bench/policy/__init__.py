"""How well and how fast the house rules read: labelled messages, an evaluation, a fuzzer, a benchmark."""
