"""What is said about a brand's block program that is not used any more."""


def sentence_about(brand: str, why: str) -> str:
    """What happened to a brand's program, and what to do."""
    return (
        f'the block program of "{brand}" is withdrawn: {why}. Every document of the brand is set by WeasyPrint since '
        f"then, as slowly as without a program; run `vaxel compile {brand} --samples FILE` with a file that holds that "
        "document, which makes another program or says what is wrong, and report what differed"
    )
