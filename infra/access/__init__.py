"""Who may do what on a secured Kafka: made from the register, and kept so by `norrsam access apply`."""
