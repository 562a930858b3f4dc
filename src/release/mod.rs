//! What a directory is: a relx or mix release, or a plain program.
