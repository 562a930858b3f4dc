# Capabilities of files: dpkg unpacks files without them, and a new owner takes them away.
case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure)
    while read -r capabilities path; do
        if [ -L "$DPKG_ROOT$path" ] || [ ! -f "$DPKG_ROOT$path" ]; then
            continue
        fi
        setcap "$capabilities" "$DPKG_ROOT$path" ||
            echo "{{ package }}: $path runs without $capabilities, which is refused here" >&2
    done <<'CAPABLE'
{%- for file in paths.capable %}
{{ file.capabilities }} {{ file.path | line }}
{%- endfor %}
CAPABLE
    ;;
esac
