# The unit: enabled unless the administrator said otherwise, then started. A service that does not
# start does not fail the package: the journal says why.
case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure)
{%- if not service.instances %}
    deb-systemd-helper unmask '{{ unit }}' >/dev/null || true
{%- if service.start %}
    if deb-systemd-helper --quiet was-enabled '{{ unit }}'; then
        deb-systemd-helper enable '{{ unit }}' >/dev/null || true
    else
        deb-systemd-helper update-state '{{ unit }}' >/dev/null || true
    fi
{%- else %}
    # Not enabled by itself, but where the administrator has done it new links follow.
    if deb-systemd-helper debian-installed '{{ unit }}' &&
        deb-systemd-helper --quiet was-enabled '{{ unit }}'; then
        deb-systemd-helper enable '{{ unit }}' >/dev/null || true
    fi
    deb-systemd-helper update-state '{{ unit }}' >/dev/null || true
{%- endif %}
{%- endif %}
    if [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
        systemctl --system daemon-reload >/dev/null || true
        case "$1,$2" in
        configure,) action={% if service.start and not service.instances %}start{% endif %} ;;
        configure,*) action={% if service.on_upgrade == "none" %}{% elif service.on_upgrade == "reload" %}try-reload-or-restart{% elif service.start and not service.instances %}{% if service.on_upgrade == "restart" %}restart{% else %}start{% endif %}{% else %}{% if service.on_upgrade == "restart" %}try-restart{% endif %}{% endif %} ;;
        *) action={% if not service.instances %}start{% endif %} ;;
        esac
{%- if service.on_upgrade == "stop-start" %}
        # What ran before without being enabled runs again. What does not run, this verb starts.
        if [ -f /run/{{ package }}.stopped ]; then
            while read -r stopped; do
                [ -z "$stopped" ] || deb-systemd-invoke reload-or-restart "$stopped" || true
            done </run/{{ package }}.stopped
            rm -f /run/{{ package }}.stopped
        fi
{%- endif %}
        if [ -n "$action" ]; then
            deb-systemd-invoke "$action" '{{ units }}' ||
                echo "{{ package }}: {{ service.name }} did not $action, see: journalctl -u '{{ units }}'" >&2
        fi
    fi
    ;;
esac
