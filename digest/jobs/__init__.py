"""What the clock asks for: plain functions that load, ask the pure rooms, and save."""
