# debconf may be gone by now. It runs this script a second time, so nothing comes before.
case "$1" in
purge)
    if [ -e /usr/share/debconf/confmodule ]; then
        # shellcheck source=/dev/null
        . /usr/share/debconf/confmodule
    fi
    ;;
esac
