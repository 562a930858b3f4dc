# The units: enabled unless the administrator said otherwise, then started. Those that start others
# come first. One that does not start does not fail the package.
case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure)
{%- if unit_groups.enabled or unit_groups.user_enabled %}
    enable_unit() { # MANAGER UNIT
        deb-systemd-helper "$1" unmask "$2" >/dev/null || true
        if deb-systemd-helper "$1" --quiet was-enabled "$2"; then
            deb-systemd-helper "$1" enable "$2" >/dev/null || true
        else
            deb-systemd-helper "$1" update-state "$2" >/dev/null || true
        fi
    }
{%- for unit in unit_groups.enabled %}
    enable_unit --system {{ unit | sh }}
{%- endfor %}
{%- for unit in unit_groups.user_enabled %}
    enable_unit --user {{ unit | sh }}
{%- endfor %}
{%- endif %}
{%- if unit_groups.disabled or unit_groups.user_disabled %}
    # Not enabled by itself, but where the administrator has done it new links follow.
    update_unit() { # MANAGER UNIT
        deb-systemd-helper "$1" unmask "$2" >/dev/null || true
        if deb-systemd-helper "$1" debian-installed "$2" &&
            deb-systemd-helper "$1" --quiet was-enabled "$2"; then
            deb-systemd-helper "$1" enable "$2" >/dev/null || true
        fi
        deb-systemd-helper "$1" update-state "$2" >/dev/null || true
    }
{%- for unit in unit_groups.disabled %}
    update_unit --system {{ unit | sh }}
{%- endfor %}
{%- for unit in unit_groups.user_disabled %}
    update_unit --user {{ unit | sh }}
{%- endfor %}
{%- endif %}
    if [ -z "$DPKG_ROOT" ]; then
        note=/run/{{ package }}.units
        each() { # COMMAND...; with the lines of its input as further arguments
            xargs --no-run-if-empty --delimiter='\n' "$@" || true
        }
        gone() { # MANAGER; prints the units that an earlier version had
            sed -n "s/^had-$1 //p" "$note" | while read -r unit; do
                [ -e "/usr/lib/systemd/$1/$unit" ] || [ -e "/lib/systemd/$1/$unit" ] ||
                    [ -e "/etc/systemd/$1/$unit" ] || printf '%s\n' "$unit"
            done
        }
{%- if unit_groups.started or unit_groups.started_disabled %}
        new() { # UNIT...; prints those that no earlier version had
            printf '%s\n' "$@" | while read -r unit; do
                grep -qxF "had-system $unit" "$note" || printf '%s\n' "$unit"
            done
        }
{%- endif %}
        again() { # VERB; uses it on the units that ran
            sed -n "s/^$1 //p" "$note" | each deb-systemd-invoke "$1"
        }
        # Configured anew, without an upgrade: nothing is new, and only what runs starts again.
        if [ "$1" = configure ] && [ -n "$2" ] && [ ! -e "$note" ]; then
            note_units >"$note"
        fi
        [ -e "$note" ] || : >"$note"
        if [ -d /run/systemd/system ] && [ "$1" = configure ]; then
            gone system | sed 's/@\./@*./' | each deb-systemd-invoke stop
            gone user | sed 's/@\./@*./' | each deb-systemd-invoke --user stop 2>/dev/null
        fi
        if [ "$1" = configure ]; then
            gone system | each deb-systemd-helper purge >/dev/null
            gone user | each deb-systemd-helper --user purge >/dev/null
        fi
        if [ -d /run/systemd/system ]; then
            systemctl --system daemon-reload >/dev/null || true
{%- if unit_groups.user_running %}
            # The managers of open sessions, where Debian's helper knows them (systemd 250). One without
            # a bus is told at its next start.
            deb-systemd-invoke --user daemon-reload >/dev/null 2>&1 || true
            if [ "$1" != configure ] || [ -n "$2" ]; then
                deb-systemd-invoke --user restart{% for unit in unit_groups.user_running %} {{ unit | sh }}{% endfor %} >/dev/null 2>&1 || true
            fi
{%- endif %}
            if [ "$1" = configure ]; then
                again restart
                again try-reload-or-restart
                again reload-or-restart
{%- if unit_groups.started %}
                new{% for unit in unit_groups.started %} {{ unit | sh }}{% endfor %} |
                    each deb-systemd-invoke start
{%- endif %}
{%- if unit_groups.started_disabled %}
                # Of all verbs this one also starts what is not enabled.
                new{% for unit in unit_groups.started_disabled %} {{ unit | sh }}{% endfor %} |
                    each deb-systemd-invoke reload-or-restart
{%- endif %}
            else
                # Given up after these were stopped.
                sed -n '/^had-/d; s/^[^ ]* //p' "$note" | while read -r unit; do
                    [ "$(systemctl is-active "$unit")" = active ] || printf '%s\n' "$unit"
                done | each deb-systemd-invoke reload-or-restart
            fi
        fi
        rm -f "$note"
    fi
    ;;
esac
