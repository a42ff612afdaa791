"""Slugs of what stands in the house and not in the demo."""

BARE = "medlemskontingenten"
ALL_BLOCKS = "alt-en-side-kan-ha"
