# Takes an offer back, unless another package has the file by now. A link of another package that came
# into the place of one of these stays.
take_back() { # NAME PATH LINK...
    name=$1 file=$2
    shift 2
    [ -z "$(other_owner "$file")" ] || return 0
    for link; do
        shift
        if [ -n "$(owner_of_link "$link")" ]; then
            set -- "$@" "$DPKG_ROOT$link" "$(readlink "$DPKG_ROOT$link")"
        fi
    done
    update-alternatives --remove "$name" "$file"
    while [ $# -gt 0 ]; do
        ln -sfn "$2" "$1"
        shift 2
    done
}
