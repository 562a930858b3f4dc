# Runs a command in a directory of the service, as the service: links that it has put there lead to
# nothing that it could not write itself. What has the rights of the service is its to trace and to stop:
# it sees no terminal and no environment of root's, enters no directory with root's rights, and does not
# hold dpkg up.
as_owner() { # DIRECTORY COMMAND [ARGUMENT]...
    directory=$DPKG_ROOT$1
    shift
    # shellcheck disable=SC2016
    env -i PATH="$PATH" timeout --kill-after=1 60 setsid {% if account %}setpriv --reuid="$(number_of passwd {{ user | sh }})" --regid="$(number_of group {{ group | sh }})" --clear-groups -- {% endif %}\
        sh -c 'cd -P "$1" && shift && umask 0027 && exec "$@"' sh "$directory" "$@" >/dev/null 2>&1
}

# Makes a directory that is a link in the release, and notes that it is to be filled.
make_writable() { # BASE BELOW [SEED]
    place=$DPKG_ROOT$1${2:+/$2}
    if [ -z "$2" ] || { [ ! -e "$place" ] && [ ! -L "$place" ]; }; then
        [ -z "$2" ] || as_owner "$1" mkdir -p -- "$2" </dev/null || {
            echo "{{ package }}: $1/$2 was not made" >&2
            return 0
        }
        [ -z "$3" ] || echo "$3//$1${2:+/$2}" >>"$seeds_note"
    fi
}

# Which of these directories are still to be filled.
seeds_note=$DPKG_ROOT/var/lib/misc/{{ package }}.seeds
