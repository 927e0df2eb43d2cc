"""Each site's microblog stream, and what is sent from it to the platforms: once, reviewed, and with proof."""
