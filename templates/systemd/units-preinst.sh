# It is noted which units are there and which of them run: what is new starts, and what the
# administrator has stopped stays so.
case "$1" in
install)
    rm -f "$DPKG_ROOT/run/{{ package }}.units"
    # All is new, be it configured at once or later, and also when it comes back after a removal.
    if [ -z "$DPKG_ROOT" ]; then
        : >/run/{{ package }}.units
    fi
    ;;
upgrade)
    if [ -z "$DPKG_ROOT" ]; then
        # After an upgrade that got stuck, its note counts.
        [ -e /run/{{ package }}.units ] || note_units >/run/{{ package }}.units
{%- if unit_groups.stopped %}
        # They stop before the files of the old version go. If the upgrade fails, the postinst of the old
        # version starts them.
        [ ! -d /run/systemd/system ] ||
            deb-systemd-invoke stop{% for unit in unit_groups.stopped %} {{ unit | sh }}{% endfor %} || true
{%- endif %}
    fi
    ;;
esac
