# The unit: enabled unless the administrator said otherwise, then started. A service that does not
# start does not fail the package: what is wrong is told.
case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure)
{%- if not service.instances %}
    deb-systemd-helper unmask '{{ unit }}' >/dev/null || true
{%- if service.enable %}
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
        look() { # UNIT; sets state and invocation
            state=$(systemctl show --property=ActiveState --value "$1") || true
            invocation=$(systemctl show --property=InvocationID --value "$1") || true
        }
        # Starts a unit and looks at it for some seconds: a program may end at once, or in a moment.
        begin() { # VERB UNIT OLD-VERSION
            fault=
            if [ "$(systemctl show --property=LoadState --value "$2")" = masked ]; then
                echo "{{ package }}: $2 is masked, and left alone"
                return 0
            fi
{%- if require_environment %}
{%- if service.instances %}
            instance=${2#*@}
            env -i {{ require_environment | sh }} "${instance%.service}" || return 0
{%- else %}
            # What runs goes on as it was, if this version needs more than it was told.
            env -i {{ require_environment | sh }} || return 0
{%- endif %}
{%- endif %}
            look "$2"
            before=$invocation
            deb-systemd-invoke "$1" "$2" </dev/null || fault='did not start'
            look "$2"
            begun=$invocation
            # A preset, policy-rc.d or the administrator may have kept it from starting.
            if [ -z "$fault" ] && [ "$begun" != "$before" ] &&
                [ "$(systemctl show --property=Type --value "$2")" != oneshot ]; then
                for _ in 1 2{% if service.readiness == "exec" %} 3 4 5{% endif %}; do
                    sleep 1
                    look "$2"
                    if [ "$state $invocation" != "active $begun" ]; then
                        fault='ended after its start'
                        break
                    fi
                done
            fi
{%- if ready %}
{%- if service.instances %}
            instance=${2#*@}
            note={{ directories.run | sh }}/${instance%.service}/not-ready
{%- else %}
            note={{ directories.run | sh }}/not-ready
{%- endif %}
            if [ -z "$fault" ] && [ -e "$note" ]; then
                fault='runs, but does not serve yet'
            fi
{%- endif %}
            [ -z "$fault" ] ||
                timeout 10 journalctl --no-pager --output=cat --lines=20 "_SYSTEMD_INVOCATION_ID=$begun" 2>/dev/null |
                tell_failure "$fault" "journalctl -u $2" "$3"
        }
{%- if service.instances %}
        enabled() {
            for link in /etc/systemd/system/*/{{ service.name }}@?*.service; do
                [ ! -L "$link" ] || echo "${link##*/}"
            done
        }
{%- endif %}
        if [ "$1" = configure ] && [ -n "$2" ] && [ ! -e /run/{{ package }}.running ]; then
            # Configured anew, without an upgrade: only what runs starts again.
            running=$(systemctl list-units --plain --no-legend \
                --state=active,activating,reloading,failed '{{ units }}' | cut -d ' ' -f 1)
            echo "$running" >/run/{{ package }}.running
        fi
        if [ -f /run/{{ package }}.running ] && ! grep -qx new /run/{{ package }}.running; then
            # What ran before the upgrade, or before a removal that was given up.
{%- if not service.instances and service.on_upgrade != "none" %}
            if [ "$1" = configure ] && ! grep -q . /run/{{ package }}.running; then
                echo "{{ package }}: {{ service.name }} was stopped and stays so; to start it: systemctl start {{ service.name }}"
            fi
{%- endif %}
            while read -r running; do
                if [ -z "$running" ]; then
                    continue
                elif [ "$1" = configure ]; then
{%- if service.on_upgrade == "restart" %}
                    begin restart "$running" "$2"
{%- elif service.on_upgrade == "reload" %}
                    begin try-reload-or-restart "$running" "$2"
{%- elif service.on_upgrade == "stop-start" %}
                    # Of all verbs this one also starts what is not enabled.
                    begin reload-or-restart "$running" "$2"
{%- else %}
                    :
{%- endif %}
                elif [ -z "$(systemctl list-units --plain --no-legend --state=active,activating "$running")" ]; then
                    # Given up after this was stopped.
                    begin reload-or-restart "$running" ''
                fi
            done </run/{{ package }}.running
{%- if service.instances %}
        elif [ "$1" = configure ]; then
            for unit in $(enabled); do
                begin start "$unit" "$2"
            done
            [ -n "$(enabled)" ] ||
                echo "{{ package }}: each instance is begun with: systemctl enable --now {{ service.name }}@INSTANCE"
{%- elif service.start %}
        elif [ "$1" = configure ]; then
{%- if service.enable %}
            begin start '{{ units }}' "$2"
{%- else %}
            # Of all verbs this one also starts what is not enabled.
            begin reload-or-restart '{{ units }}' "$2"
{%- endif %}
{%- endif %}
        fi
        rm -f /run/{{ package }}.running
    fi
    ;;
esac
