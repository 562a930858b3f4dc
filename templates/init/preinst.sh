# The init script could not be run while the package was removed. At an upgrade it is noted whether
# the service runs, as its pid file tells, or was stopped by the administrator and stays so. One that
# could not be started counts as running, because the new version may have mended it.
case "$1" in
install)
    rm -f "$DPKG_ROOT/run/{{ package }}.init"
    if [ -n "$2" ] && [ -f "$DPKG_ROOT/etc/init.d/{{ service.name }}" ]; then
        chmod +x "$DPKG_ROOT/etc/init.d/{{ service.name }}"
    fi
    # It starts, be it configured at once or later, and also when it comes back after a removal.
    if [ -z "$DPKG_ROOT" ]; then
        echo new >/run/{{ package }}.init
    fi
    ;;
upgrade)
    if [ -z "$DPKG_ROOT" ] && [ -x /etc/init.d/{{ service.name }} ] &&
        grep -q '^PIDFILE={{ pid_file }}$' /etc/init.d/{{ service.name }}; then
        # After an upgrade that got stuck, its note counts.
        if [ -e /run/{{ package }}.init ]; then
            :
        elif [ -e {{ pid_file | sh }} ] || [ -e {{ failed_file | sh }} ]; then
            echo running >/run/{{ package }}.init
        else
            echo stopped >/run/{{ package }}.init
        fi
{%- if service.on_upgrade == "stop-start" %}
        # It stops before the files of the old version go. If the upgrade fails, the postinst of the
        # old version starts it again.
        invoke-rc.d --skip-systemd-native {{ service.name }} stop || true
{%- endif %}
    elif [ -z "$DPKG_ROOT" ] && [ ! -e /run/{{ package }}.init ]; then
        echo new >/run/{{ package }}.init
    fi
    ;;
esac
