# What was there before the package is not its own: a removal leaves it.
case "$1" in
install)
    release=$DPKG_ROOT{{ directories.release | sh }}
    if [ -z "$2" ] && [ -n "$(ls -A "$release" 2>/dev/null)" ] &&
        ! dpkg-query --search {{ directories.release | sh }} >/dev/null 2>&1; then
        : >"$DPKG_ROOT"/var/lib/misc/{{ package }}.found
    fi
    ;;
esac
