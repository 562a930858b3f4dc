# Goes to a directory. A link on the way is followed only where root alone could make it: then it is
# the administrator's. Status 2: there is another.
enter() { # DIRECTORY
    cd "$DPKG_ROOT/" || return 1
    way=${1#/}
    while [ -n "$way" ]; do
        name=${way%%/*}
        way=${way#"$name"}
        way=${way#/}
        here=$(pwd -P)
        open=$(find . -maxdepth 0 \( ! -uid 0 -o -perm /022 \))
        cd -P "./$name" 2>/dev/null || return 1
        if [ -n "$open$DPKG_ROOT" ] && [ "$(pwd -P)" != "${here%/}/$name" ]; then
            return 2
        fi
    done
}
