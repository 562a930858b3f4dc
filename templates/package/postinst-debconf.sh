# The answers of debconf, for hooks: `db_get {{ package }}/NAME` puts one into $RET. debconf runs this
# script a second time, so nothing comes before. What is written to standard output goes to standard
# error from here on.
case "$1" in
configure | triggered)
    # shellcheck source=/dev/null
    . /usr/share/debconf/confmodule
    ;;
esac
