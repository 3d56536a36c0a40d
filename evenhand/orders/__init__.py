"""Orders and products, as a marketplace reports them."""
