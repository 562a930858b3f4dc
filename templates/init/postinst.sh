# The init script: registered, then started if systemd does not do it. One that was deleted stays
# deleted, and a service that does not start does not fail the package.
case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure)
    noted=$(cat "$DPKG_ROOT/run/{{ package }}.init" 2>/dev/null) || noted=
    rm -f "$DPKG_ROOT/run/{{ package }}.init"
    # A package that made way for this one took away that it can be run.
    if [ "$noted" = new ] && [ -f "$DPKG_ROOT/etc/init.d/{{ service.name }}" ]; then
        chmod +x "$DPKG_ROOT/etc/init.d/{{ service.name }}"
    fi
    if [ -x "$DPKG_ROOT/etc/init.d/{{ service.name }}" ]; then
        update-rc.d {{ service.name }} {% if service.enable %}defaults{% else %}defaults-disabled{% endif %} >/dev/null || true
        if [ "$1" = configure ] && [ -n "$2" ] && [ -z "$noted" ]; then
            # Configured anew, without an upgrade: only what runs starts again.
            noted=stopped
            if [ -e {{ pid_file | sh }} ] || [ -e {{ failed_file | sh }} ]; then
                noted=running
            fi
        fi
        case "$1,$noted" in
        configure, | configure,new) action={% if service.start %}start{% endif %} ;;
        configure,running) action={% if service.on_upgrade == "restart" %}restart{% elif service.on_upgrade == "stop-start" %}start{% elif service.on_upgrade == "reload" %}force-reload{% endif %} ;;
        *,running) action=start ;;
        *) action= ;;
        esac
        if [ -z "$DPKG_ROOT" ] && [ -n "$action" ]
{%- if require_environment %} &&
            {% if service.systemd %}{ [ -d /run/systemd/system ] || {% endif %}env -i {{ require_environment | sh }}
{%- if service.systemd %}; }{% endif %}{% endif %}; then
            fault=
            if ! invoke-rc.d --skip-systemd-native {{ service.name }} "$action"; then
                fault='did not start'
            elif [ -e {{ pid_file | sh }} ]; then
                # A program may end in a moment, too.
                for _ in 1 2; do
                    sleep 1
                    if ! kill -0 "$(cat {{ pid_file | sh }})" 2>/dev/null; then
                        fault='ended after its start'
                        break
                    fi
                done
{%- if ready %}
                if [ -z "$fault" ] && [ -e {{ directories.run | sh }}/not-ready ]; then
                    fault='runs, but does not serve yet'
                fi
{%- endif %}
            elif [ "$noted" = running ]; then
                echo "{{ package }}: {{ service.name }} ran and was not started again: it is disabled, or policy-rc.d forbids it" >&2
            fi
            # Its log is in its own directory: root does not open it, and what it may be does not hold dpkg
            # up, nor see its terminal.
            # shellcheck disable=SC2016
            [ -z "$fault" ] ||
                timeout --kill-after=1 5 setsid {% if account %}setpriv --reuid={{ user | sh }} --regid={{ group | sh }} --init-groups -- {% endif %}\
                    sh -c '[ ! -f "$1" ] || exec tail -n 20 "$1"' sh {{ log_file | sh }} </dev/null 2>/dev/null |
                tell_failure "$fault" {{ log_file | sh }} "$2"
        fi
    fi
    ;;
esac
