# Returns whether all links may be made: update-alternatives would replace a symlink of another package,
# and remove it with the last offer.
are_free() { # LINK...
    for link; do
        owner=$(owner_of_link "$link")
        if [ -n "$owner" ]; then
            echo "{{ package }}: $link belongs to $owner, so nothing is offered there" >&2
            return 1
        fi
    done
}
