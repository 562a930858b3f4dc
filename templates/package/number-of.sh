# Names of another root (DPKG_ROOT) mean nothing here: its files get the numbers.
number_of() { # passwd|group NAME
    if [ -n "$DPKG_ROOT" ]; then
        sed -n "s/^$2:[^:]*:\([0-9]*\):.*/\1/p" "$DPKG_ROOT/etc/$1"
    else
        echo "$2"
    fi
}
