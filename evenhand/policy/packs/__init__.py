"""Published sets of rules as data: what each says, and the checks that go with their ids."""

from evenhand.policy.packs.load import PACKS, Pack, load_pack

__all__ = ["PACKS", "Pack", "load_pack"]
