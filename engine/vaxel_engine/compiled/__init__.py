"""The block program: pages of a pack's documents without setting each page anew, equal to what WeasyPrint writes."""
