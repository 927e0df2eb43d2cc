"""One module for each platform, behind one interface (`base`). Nothing outside of this folder speaks to a platform."""
