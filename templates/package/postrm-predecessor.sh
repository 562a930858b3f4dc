# The upgrade from another tool's version has failed: that one runs again.
case "$1" in
abort-upgrade)
    # shellcheck disable=SC2043
    for path in{% for path in adopted %} "$DPKG_ROOT"{{ path | sh }}{% endfor %}; do
        [ ! -e "$path.dpkg-remove" ] || [ -e "$path" ] || mv "$path.dpkg-remove" "$path"
    done
    if [ -z "$DPKG_ROOT" ] && [ -e /run/{{ package }}.predecessor ]; then
        rm -f /run/{{ package }}.predecessor
        invoke-rc.d {{ service.name }} start >/dev/null 2>&1 || true
    fi
    ;;
esac
