"""Buyers, sellers and operators, their addresses and the people who act for them."""
