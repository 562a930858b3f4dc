# The links go before what they lead to. An upgrade leaves them, and the administrator's choice.
case "$1" in
remove | deconfigure)
{%- for item in alternatives %}
    update-alternatives --remove {{ item.name | sh }} {{ item.path | sh }}
{%- endfor %}
    ;;
esac
