{% include "package/remove-tree.sh" %}

# dpkg has removed its files. What something else has left between them goes as well, unless another
# package has files there. /opt itself stays: no package owns it.
case "$1" in
remove)
    case "$(dpkg-query --search {{ directories.release | sh }} 2>/dev/null)" in
    *,*) ;;
    *)
        if [ ! -L "$DPKG_ROOT{{ directories.release }}" ]; then
            remove_tree "$DPKG_ROOT{{ directories.release }}"
        fi
        ;;
    esac
{%- if service and account %}
    remove_tree "$DPKG_ROOT{{ directories.run }}"
{%- endif %}
{%- if pid_file %}
    rm -f "$DPKG_ROOT{{ pid_file }}"
{%- endif %}
    ;;
esac

case "$1" in
remove | purge | abort-install)
    [ -d "$DPKG_ROOT/opt" ] || mkdir -m 0755 "$DPKG_ROOT/opt"
    ;;
esac
