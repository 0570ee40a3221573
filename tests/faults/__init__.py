"""The ledger test: four counties, commands all the while, faults on purpose, and every acknowledged command counted.

    make test-faults                       # about thirty faults
    FAULTS=200 SEED=4711 make test-faults  # the long run

Read in this order. What happens: driver (sends commands, writes the journal), nemesis (deals the faults),
kills, servers, squeezes, replicas, migrating (the faults). What is looked at: program (a county, with
its steps watched), points, witness. What is judged: ledger, layers, report. What is specific to a service: commands.
"""
