# Clusters behind a bastion: `via` and `address_map`.
EXTRA_DIST += tests/brokers/t_bastion tests/brokers/bridge.py
