# Whatever else still runs from the release ends with it{% if program.erts %}: a node that was started by hand, a port mapper.
# A port mapper that nodes of other releases use stays until the last of them has ended{% endif %}.
case "$1" in
remove)
    if [ -z "$DPKG_ROOT" ]; then
        end_processes
    fi
    ;;
esac
