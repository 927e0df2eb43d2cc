"""What has to be noticed in time: silence, authorisations that end, accounts that nobody filed."""
