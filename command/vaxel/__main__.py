"""`python -m vaxel` does what `vaxel` does."""

from vaxel.cli import main

if __name__ == "__main__":
    main()
