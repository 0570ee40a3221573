"""What every service is built on: the published language, delivery, and the runtime."""
