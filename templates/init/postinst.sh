# The init script: registered, then started if systemd does not do it. One that was deleted stays
# deleted, and a service that does not start does not fail the package.
case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure)
    if [ -x "$DPKG_ROOT/etc/init.d/{{ service.name }}" ]; then
        update-rc.d {{ service.name }} {% if service.start %}defaults{% else %}defaults-disabled{% endif %} >/dev/null || true
        case "$1,$(cat "$DPKG_ROOT/run/{{ package }}.init" 2>/dev/null)" in
        configure,) action={% if service.start %}start{% endif %} ;;
        configure,running) action={% if service.on_upgrade == "restart" %}restart{% elif service.on_upgrade == "stop-start" %}start{% elif service.on_upgrade == "reload" %}force-reload{% endif %} ;;
        *,running) action=start ;;
        *) action= ;;
        esac
        rm -f "$DPKG_ROOT/run/{{ package }}.init"
        if [ -z "$DPKG_ROOT" ] && [ -n "$action" ]; then
            invoke-rc.d --skip-systemd-native {{ service.name }} "$action" ||
                echo "{{ package }}: the service {{ service.name }} did not $action" >&2
        fi
    fi
    ;;
esac
