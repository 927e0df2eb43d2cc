"""What crosses sites: how each site's accounts stand, and how much this cluster's address has asked of the platforms."""
