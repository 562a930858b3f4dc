# The questions and answers of the package.
case "$1" in
purge)
    if [ -e /usr/share/debconf/confmodule ]; then
        db_purge
        db_stop
    fi
    ;;
esac
