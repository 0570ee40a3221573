"""One county's instance on Kubernetes: made from its env file and the register (docs/kubernetes.md)."""
