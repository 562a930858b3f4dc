# Prints the pattern of dpkg-query(1) that stands for a path alone.
pattern_of() { # PATH
    printf '%s\n' "$1" | sed 's/[][*?\\]/\\&/g'
}

# Prints a package beside this one that has paths of these patterns.
other_with() { # PATTERN...
    LC_ALL=C dpkg-query --search "$@" 2>/dev/null | sed 's|: /.*||' |
        sed 's/,* /\n/g' | sed 's/:.*//' | grep -vxF {{ package | sh }} | head -n 1 |
        sed 's/^diversion$\|^local$/somebody/'
}
