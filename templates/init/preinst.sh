# The init script could not be run while the package was removed.
case "$1" in
install)
    if [ -n "$2" ] && [ -f "$DPKG_ROOT/etc/init.d/{{ service.name }}" ]; then
        chmod +x "$DPKG_ROOT/etc/init.d/{{ service.name }}"
    fi
    ;;
{%- if service.on_upgrade == "stop-start" %}
# The old version stops before its files go. If the upgrade fails, its postinst starts it again.
upgrade)
    if [ -z "$DPKG_ROOT" ] && [ -x /etc/init.d/{{ service.name }} ]; then
        invoke-rc.d --skip-systemd-native {{ service.name }} stop || true
    fi
    ;;
{%- endif %}
esac
