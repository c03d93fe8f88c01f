"""The checks of the Swift code that the compiler does not make: imports, floors, and who may reveal a secret."""
