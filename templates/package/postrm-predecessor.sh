# The upgrade from another tool's version has failed: that one runs again.
case "$1" in
abort-upgrade)
    # shellcheck disable=SC2043
    for path in{% for path in adopted %} "$DPKG_ROOT"{{ path | sh }}{% endfor %}; do
        [ ! -e "$path.dpkg-remove" ] || [ -e "$path" ] || mv "$path.dpkg-remove" "$path"
    done
    if [ -z "$DPKG_ROOT" ] && [ -e /run/{{ package }}.predecessor ]; then
        # What ran starts again, also where no link in /etc/rc?.d lets it, as after a start by hand;
        # unless policy-rc.d forbids it.
        noted=$(cat /run/{{ package }}.predecessor)
        rm -f /run/{{ package }}.predecessor
        if [ -d /run/systemd/system ]; then
            systemctl --system daemon-reload >/dev/null || true
        fi
        if [ "$noted" = running ] && ! command -v policy-rc.d >/dev/null; then
            invoke-rc.d --force {{ service.name }} start >/dev/null 2>&1 || true
        else
            invoke-rc.d {{ service.name }} start >/dev/null 2>&1 || true
        fi
    fi
    ;;
esac
