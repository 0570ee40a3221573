"""What is made from the contracts for their readers, and what keeps a change from breaking those readers."""
