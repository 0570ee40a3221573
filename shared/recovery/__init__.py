"""What puts right what delivery alone cannot: dead letters, restated streams, read models built anew, and
databases that were restored from a backup. An operator asks for it, or the relay's leader finds it needed.

Read in this order: dead_letters, republishing, restating, rebuilding; then recovering, with reconciling and
taking_over. No module here knows a word of any domain.
"""
