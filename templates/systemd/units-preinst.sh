# It is noted which units are there and which of them run: what is new starts, and what the
# administrator has stopped stays so. What has failed counts as running, because the new version may
# have mended it.
case "$1" in
install)
    rm -f "$DPKG_ROOT/run/{{ package }}.units"
    ;;
upgrade)
    if [ -z "$DPKG_ROOT" ]; then
        # After an upgrade that got stuck, its note counts.
        [ -e /run/{{ package }}.units ] || {
            types='service|automount|mount|path|slice|socket|swap|target|timer'
            dpkg-query --listfiles {{ package }} |
                sed -nE "s,^(/usr)?/lib/systemd/(system|user)/([^/]+\.($types))\$,had-\2 \3,p"
{%- if unit_groups.touched %}
            if [ -d /run/systemd/system ]; then
                states=active,activating,reloading,failed
{%- for group in unit_groups.touched %}
                units_in $states {{ group.verb }}{% for unit in group.units %} {{ unit | sh }}{% endfor %}
{%- endfor %}
            fi
{%- endif %}
        } >/run/{{ package }}.units
{%- if unit_groups.stopped %}
        # They stop before the files of the old version go. If the upgrade fails, the postinst of the old
        # version starts them.
        [ ! -d /run/systemd/system ] ||
            deb-systemd-invoke stop{% for unit in unit_groups.stopped %} {{ unit | sh }}{% endfor %} || true
{%- endif %}
    fi
    ;;
esac
