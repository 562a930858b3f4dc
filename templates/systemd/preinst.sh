# What runs now is what the new version starts again: a service that the administrator has stopped
# stays so. One that has failed counts as running, because the new version may have mended it.
{%- if service.on_upgrade == "stop-start" %}
# It stops before the files of the old version go. If the upgrade fails, the postinst of the old
# version starts it.
{%- endif %}
case "$1" in
install)
    rm -f "$DPKG_ROOT/run/{{ package }}.running"
    # It starts, be it configured at once or later, and also when it comes back after a removal.
    if [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
        echo new >/run/{{ package }}.running
    fi
    ;;
upgrade)
    if [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
        # After an upgrade that got stuck, its note counts.
        if [ -e /run/{{ package }}.running ]; then
            :
        elif [ ! -e /usr/lib/systemd/system/{{ unit }} ]; then
            echo new >/run/{{ package }}.running
        else
            running=$(systemctl list-units --plain --no-legend \
                --state=active,activating,reloading,failed '{{ units }}' | cut -d ' ' -f 1)
            echo "$running" >/run/{{ package }}.running
        fi
{%- if service.on_upgrade == "stop-start" %}
        [ ! -e /usr/lib/systemd/system/{{ unit }} ] || deb-systemd-invoke stop '{{ units }}' || true
{%- endif %}
    fi
    ;;
esac
