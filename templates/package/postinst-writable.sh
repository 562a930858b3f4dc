# The directories that the release has links to.
case "$1" in
configure)
{%- for directory in writable %}
    make_writable {{ directory.base | sh }} {{ directory.below | sh }}{% if directory.seed %} {{ directory.seed | sh }}{% endif %}
{%- endfor %}
    ;;
esac
