"""What a sentence does: asks for a review, offers something for it, steers, advertises. Concepts first, then acts."""
