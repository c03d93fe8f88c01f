"""A Kubernetes of one node on this machine, whose pods really run: what scripts/node does."""
