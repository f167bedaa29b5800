"""Taking a region's pack over: from a directory of CSV files, through the gateway, into the services."""
