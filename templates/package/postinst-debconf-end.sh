# debconf waits until nobody holds its pipe open: what is started from here on does not get it.
case "$1" in
configure)
    db_stop
    exec 3>&- </dev/null
{%- if service and service.on_upgrade != "none" %}
    # New answers reach the service when it starts, so one that runs is treated as at an upgrade.
    if [ "${DEBCONF_RECONFIGURE:-}" = 1 ] && [ -z "$DPKG_ROOT" ]; then
{%- if service.systemd %}
        if [ -d /run/systemd/system ] && [ ! -e /run/{{ package }}.running ]; then
            systemctl list-units --plain --no-legend \
                --state=active,activating,reloading,failed '{{ units }}' | cut -d ' ' -f 1 >/run/{{ package }}.running
{%- if service.on_upgrade == "stop-start" %}
            deb-systemd-invoke stop '{{ units }}' || true
{%- endif %}
        fi
{%- endif %}
{%- if pid_file %}
        if [ ! -e /run/{{ package }}.init ]; then
            if [ -e {{ pid_file | sh }} ] || [ -e {{ failed_file | sh }} ]; then
                echo running >/run/{{ package }}.init
{%- if service.on_upgrade == "stop-start" %}
                invoke-rc.d --skip-systemd-native {{ service.name }} stop || true
{%- endif %}
            else
                echo stopped >/run/{{ package }}.init
            fi
        fi
{%- endif %}
    fi
{%- endif %}
    ;;
esac
