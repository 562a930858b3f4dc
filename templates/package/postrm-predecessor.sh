# The upgrade from a version that was packaged by other means has failed: that one runs again.
case "$1" in
abort-upgrade)
    put_back() { # PATH
        if [ -e "$DPKG_ROOT$1.dpkg-remove" ] && [ ! -e "$DPKG_ROOT$1" ]; then
            mv "$DPKG_ROOT$1.dpkg-remove" "$DPKG_ROOT$1"
        fi
    }
{%- for path in adopted %}
    put_back {{ path | sh }}
{%- endfor %}
    if [ -z "$DPKG_ROOT" ] && [ -e /run/{{ package }}.predecessor ]; then
        rm -f /run/{{ package }}.predecessor
        invoke-rc.d {{ service.name }} start >/dev/null 2>&1 || true
    fi
    ;;
esac
