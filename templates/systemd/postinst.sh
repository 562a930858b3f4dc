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
        begin() { # VERB UNIT
            deb-systemd-invoke "$1" "$2" </dev/null ||
                echo "{{ package }}: {{ service.name }} did not $1, see: journalctl -u '$2'" >&2
        }
        if [ -f /run/{{ package }}.running ]; then
            # What ran before the upgrade, or before a removal that was given up.
            while read -r running; do
                if [ -z "$running" ]; then
                    continue
                elif [ "$1" = configure ]; then
{%- if service.on_upgrade == "restart" %}
                    begin restart "$running"
{%- elif service.on_upgrade == "reload" %}
                    begin try-reload-or-restart "$running"
{%- elif service.on_upgrade == "stop-start" %}
                    # Of all verbs this one also starts what is not enabled.
                    begin reload-or-restart "$running"
{%- else %}
                    :
{%- endif %}
                elif [ -z "$(systemctl list-units --plain --no-legend --state=active,activating "$running")" ]; then
                    # Given up after this was stopped.
                    begin reload-or-restart "$running"
                fi
            done </run/{{ package }}.running
            rm -f /run/{{ package }}.running
{%- if service.start and not service.instances %}
        elif [ "$1" = configure ]; then
            begin start '{{ units }}'
{%- endif %}
        fi
    fi
    ;;
esac
