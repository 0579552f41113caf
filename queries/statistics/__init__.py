"""Pure functions behind risk and ranking: frames and numbers in, frames out. No SQL, no clock, chance by seed."""
