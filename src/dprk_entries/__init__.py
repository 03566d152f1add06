"""North Korean entries to Russia: published figures reconciled, growth measured, claims checked."""
