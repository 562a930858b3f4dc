# Returns whether one of these files is there: this package's are gone, so another package has the service
# by now, and what is left is that one's. It is in $file.
is_taken_over() { # FILE...
    for file; do
        [ ! -e "$DPKG_ROOT$file" ] || return 0
    done
    return 1
}
