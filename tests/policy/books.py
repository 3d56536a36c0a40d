"""A rule of an operator's own, as it stands in a book."""

OWN = """
[[own]]
id = "no-price-talk"
title = "Talk of other prices"
clause = "What things cost elsewhere is no subject."
action = "hold"
words = ["cheaper elsewhere"]
reason = "This compares prices."
fix = "Leave the comparison out."
finds = ["It is cheaper elsewhere."]
leaves_alone = ["The cheaper lamp is sold out."]
"""
