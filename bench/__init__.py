"""Measures what the documentation claims: the relay against Postfix, and the portal's pages at two sizes."""
