"""The rows of what is counted, and the counts made of them."""
