"""One module for each page: its calls, what it shows, what can be done."""
