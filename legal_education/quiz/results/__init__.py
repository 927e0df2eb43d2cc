"""What comes of a quiz for everybody: ranking, certificates, the draw, figures."""
