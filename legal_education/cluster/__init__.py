"""What crosses sites: activities that counties record and the city counts."""
