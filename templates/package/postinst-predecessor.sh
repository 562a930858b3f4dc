# What an earlier version that was packaged by other means has left: its replaced files, and
# directories of the release that belong to the service. From the top down, because in a directory of
# root's the service can put nothing in the place of anything.
case "$1" in
configure)
{%- for path in adopted %}
    rm -f "$DPKG_ROOT"{{ path | sh }}.dpkg-remove
{%- endfor %}
{%- if directories.release %}
    release=$DPKG_ROOT{{ directories.release | sh }}
    own_directory() { # PATH
        chown --no-dereference 0:0 "$1"
        chmod go-w "$1"
        for below in "$1"/* "$1"/.[!.]* "$1"/..?*; do
{%- if data_directories %}
            case "${below#"$release"/}" in
{%- for path in data_directories %}
            {{ path | sh }}) continue ;;
{%- endfor %}
            esac
{%- endif %}
            if [ -d "$below" ] && [ ! -L "$below" ]; then
                own_directory "$below"
            fi
        done
    }
    if [ -d "$release" ] && [ ! -L "$release" ] && [ "$(stat -c %u "$release")" != 0 ]; then
        own_directory "$release"
    fi
{%- endif %}
    rm -f "$DPKG_ROOT/run/{{ package }}.predecessor"
    ;;
esac
