"""Maps for the pages, and the programs that draw them."""
