{%- for shared in paths.shared -%}
# {{ shared }} itself stays: no package owns it.
case "$1" in
remove | purge | abort-install)
    [ -d "$DPKG_ROOT{{ shared }}" ] || mkdir -m 0755 "$DPKG_ROOT{{ shared }}"
    ;;
esac
{% endfor -%}
