# Prints which units are there and which of them run. What has failed counts as running, because the
# new version may have mended it.
note_units() (
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
)
