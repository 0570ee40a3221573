"""The ground of every service: the published language, delivery, and the runtime."""
