# State and logs belong to the service. Only the directory itself is ever touched, and only where it
# is missing or still root's: what lies inside is the service's, and a link is the administrator's.
case "$1" in
configure)
    if [ -z "$DPKG_ROOT" ]; then
        for directory in {{ directories.state | sh }} {{ directories.log | sh }}; do
            if [ -L "$directory" ] || dpkg-statoverride --list "$directory" >/dev/null; then
                continue
            elif [ ! -e "$directory" ]; then
                install -d -m 0750 -o {{ user | sh }} -g {{ group | sh }} "$directory"
{%- if account %}
            elif [ -d "$directory" ] && [ "$(stat -c %U "$directory")" = root ]; then
                chown {{ user | sh }}:{{ group | sh }} "$directory"
                chmod 0750 "$directory"
{%- endif %}
            fi
        done
    fi
    ;;
esac
