"""The ledger test: four counties take commands while faults strike; then every acknowledged command is counted.

    make test-faults                       # about thirty faults
    FAULTS=200 SEED=4711 make test-faults  # the long run
    DEPLOYMENT=federated make test-faults  # each county with a Kafka and a mirror of its own

Read in this order. Load and faults: driver (sends commands, writes the journal), nemesis (deals the faults),
kills, servers, squeezes, replicas, migrating, restoring (the faults); federation, proxy (what the federated deployment
has beside), mirrors, positions, secured (its faults). Observation: program (a county with its
steps watched), points, witness. Judgement: ledger, layers, report. Service-specific parts: commands.
"""
