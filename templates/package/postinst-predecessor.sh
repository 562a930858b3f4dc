# What an earlier version that was packaged by other means has left: its replaced files, and
# directories of the release that belong to the service. From the top down, because in a directory of
# root's the service can put nothing in the place of anything.
case "$1" in
configure)
{%- for path in adopted %}
    rm -f "$DPKG_ROOT"{{ path | sh }}.dpkg-remove
{%- endfor %}
    own_directory() { # PATH
        chown --no-dereference 0:0 "$1"
        chmod go-w "$1"
        for below in "$1"/*/; do
            below=${below%/}
            if [ -d "$below" ] && [ ! -L "$below" ]; then
                own_directory "$below"
            fi
        done
    }
    release=$DPKG_ROOT{{ directories.release | sh }}
    if [ -d "$release" ] && [ ! -L "$release" ] && [ "$(stat -c %u "$release")" != 0 ]; then
        own_directory "$release"
    fi
    rm -f "$DPKG_ROOT/run/{{ package }}.predecessor"
    ;;
esac
