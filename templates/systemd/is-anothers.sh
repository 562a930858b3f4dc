# Returns whether a unit is another package's by now, or the administrator's own: the file of this package
# is gone.
is_anothers() { # MANAGER UNIT
    [ -e "$DPKG_ROOT/usr/lib/systemd/$1/$2" ] || [ -e "$DPKG_ROOT/lib/systemd/$1/$2" ] ||
        { [ -f "$DPKG_ROOT/etc/systemd/$1/$2" ] && [ ! -L "$DPKG_ROOT/etc/systemd/$1/$2" ]; }
}
