# Runs a command in a directory of the service, as the service: links that it has put there lead to
# nothing that it could not write itself.
as_owner() { # DIRECTORY COMMAND [ARGUMENT]...
    (
        cd -P "$DPKG_ROOT$1" || exit 1
        shift
        umask 0027
{%- if account %}
        setpriv --reuid="$(number_of passwd {{ user | sh }})" --regid="$(number_of group {{ group | sh }})" --clear-groups -- "$@"
{%- else %}
        "$@"
{%- endif %}
    )
}

# Makes a directory that is a link in the release, and notes that it is to be filled.
make_writable() { # BASE BELOW [SEED]
    place=$DPKG_ROOT$1${2:+/$2}
    if [ -z "$2" ] || { [ ! -e "$place" ] && [ ! -L "$place" ]; }; then
        [ -z "$2" ] || as_owner "$1" mkdir -p -- "$2"
        [ -z "$3" ] || echo "$3//$1${2:+/$2}" >>"$seeds_note"
    fi
}

# Which of these directories are still to be filled.
seeds_note=$DPKG_ROOT/var/lib/misc/{{ package }}.seeds
