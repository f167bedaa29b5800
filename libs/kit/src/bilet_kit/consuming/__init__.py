"""How events arrive: from a batch of raw records, through the inbox, to projections and handlers."""
