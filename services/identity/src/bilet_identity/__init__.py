"""Identity of Bilet: people and every personal datum, accounts, guardianships, consents, rosters and staff."""
