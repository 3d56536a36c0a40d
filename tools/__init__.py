"""What the developers run on the house itself: its contracts, its map, its migrations."""
