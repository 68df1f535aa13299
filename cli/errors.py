"""How an error reaches the person who typed the command: one paragraph that says what to do."""

from pydantic import ValidationError

# Errors of these parts were written for people.
OURS = frozenset({"bots", "classifier", "cli", "intake", "sandbox", "settings", "store", "wiring"})


def explain(error: Exception) -> str | None:
    """The error in a paragraph for people; None for one that is a bug and needs its traceback."""
    from sqlalchemy.exc import DatabaseError

    if type(error).__module__.partition(".")[0] in OURS:
        return str(error)
    if isinstance(error, ValidationError):
        return _settings(error)
    if isinstance(error, DatabaseError):
        why = str(error.orig).partition("\n")[0]
        return f"The database cannot be used: {why}. Is LAPOR_DATABASE_URL right?"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}."
    return None


def _settings(error: ValidationError) -> str:
    wrong = [
        f"  LAPOR_{'_'.join(map(str, item['loc'])).upper()}: {item['msg']}"
        for item in error.errors(include_input=False, include_url=False)
    ]
    return "\n".join(["Some settings are wrong:", *wrong, "See .env.example."])
