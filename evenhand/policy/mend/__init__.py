"""Mends messages: small edits of what was written, each offered only if its finding goes and nothing new is found."""

from evenhand.policy.mend.edits import Edit, applied
from evenhand.policy.mend.proposals import Proposal, propose
from evenhand.policy.mend.trial import Mended, Offer, mend

__all__ = ["Edit", "Mended", "Offer", "Proposal", "applied", "mend", "propose"]
