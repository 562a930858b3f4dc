# Prints the pattern of dpkg-query(1) that stands for a path alone.
pattern_of() { # PATH
    printf '%s\n' "$1" | sed 's/[][*?\\]/\\&/g'
}

# Prints the packages beside this one that have paths of these patterns, and `somebody` where one is diverted.
others_with() { # PATTERN...
    LC_ALL=C dpkg-query --search "$@" 2>/dev/null |
        sed 's/^diversion by .*/somebody/; s/^local diversion .*/somebody/; s|: /.*||' |
        tr , '\n' | sed 's/^ *//; s/:.*//' | grep -vxF {{ package | sh }}
}

# Prints another package that has a path, by either of its names where /bin is a link to /usr/bin.
other_owner() { # PATH
    case "$1" in
    /usr/*) twin=${1#/usr} ;;
    *) twin=/usr$1 ;;
    esac
    if [ "$(readlink -m "$DPKG_ROOT${twin%/*}/")" != "$(readlink -m "$DPKG_ROOT${1%/*}/")" ]; then
        twin=$1
    fi
    others_with "$(pattern_of "$1")" "$(pattern_of "$twin")" | grep -vx somebody | head -n 1
}
