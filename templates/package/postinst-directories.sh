# State and logs belong to the service. Only the directory itself is ever touched, and only where it
# is missing or still root's: what lies inside is the service's, and a link is the administrator's.
case "$1" in
configure)
    user=$(number_of passwd {{ user | sh }})
    group=$(number_of group {{ group | sh }})
    for directory in {{ directories.state | sh }} {{ directories.log | sh }}{% if directories.cache %} {{ directories.cache | sh }}{% endif %}; do
        if dpkg-statoverride --list "$directory" >/dev/null; then
            continue
        fi
        directory=$DPKG_ROOT$directory
        if [ ! -e "$directory" ] && [ ! -L "$directory" ]; then
            install -d -m 0750 -o "$user" -g "$group" "$directory"
{%- if account %}
        elif [ -d "$directory" ] && [ ! -L "$directory" ] && [ "$(stat -c %u "$directory")" = 0 ]; then
            chown "$user:$group" "$directory"
            chmod 0750 "$directory"
{%- endif %}
        fi
    done
    ;;
esac
