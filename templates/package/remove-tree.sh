# Says why a directory must stay whole: something is mounted in it, or is another package's.
# mountinfo writes some characters in octal.
why_it_stays() { # DIRECTORY NAME-IN-THIS-DIRECTORY
    place=$(pwd -P)
    place=${place%/}/$2
    cut -d ' ' -f 5 /proc/self/mountinfo 2>/dev/null |
        sed 's/\\040/ /g; s/\\011/\t/g; s/\\043/#/g; s/\\134/\\/g' |
        while IFS= read -r mounted; do
            case "$mounted" in
            "$place" | "$place"/*)
                echo "$mounted is mounted"
                break
                ;;
            esac
        done
    pattern=$(pattern_of "$1")
    others_with "$pattern" "$pattern/*" | head -n 1 | sed 's/$/ has files there/'
}

# Removes a path with all that is in it, but never what only seems to be in it: of a link the link
# goes.
remove_tree() { # PATH
    (
        status=0
        enter "${1%/*}" || status=$?
        name=${1##*/}
        if [ "$status" -eq 2 ]; then
            echo "{{ package }}: $1 is left, because a link leads there" >&2
        elif [ "$status" -ne 0 ]; then
            :
        elif [ -L "./$name" ] || [ ! -d "./$name" ]; then
            rm -f "./$name"
        else
            why=$(why_it_stays "$1" "$name" | head -n 1)
            if [ -n "$why" ]; then
                echo "{{ package }}: $DPKG_ROOT$1 is left, because $why" >&2
            else
                rm -rf --one-file-system "./$name" || echo "{{ package }}: $1 is left" >&2
            fi
        fi
    )
}
