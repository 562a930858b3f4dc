# Returns whether another package has one of these files by now: it has the service, and what is left is
# that one's. The file is in $file then, the package in $other.
is_taken_over() { # FILE...
    for file; do
        if [ -e "$DPKG_ROOT$file" ]; then
            other=$(other_owner "$file")
            [ -z "$other" ] || return 0
        fi
    done
    return 1
}
