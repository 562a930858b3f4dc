# dpkg leaves the owner and the mode of a configuration file that is there, so the protection that this
# version asks for is given here, before new content comes into it. A file that is not as the version
# before has shipped it is as the administrator wants it.
case "$1" in
install | upgrade)
    rm -f "$DPKG_ROOT/run/{{ package }}.protection"
    format=%U:%G:%04a
    [ -z "$DPKG_ROOT" ] || format=%u:%g:%04a
    earlier=$(dpkg-query --control-path {{ package }} preinst 2>/dev/null) || true
    # From the script of that version, the list above.
    shipped=$(sed -n "/<<'PROTECTED'\$/,/^PROTECTED\$/p" "${earlier:-/dev/null}")
    protected_files | while IFS= read -r line; do
        # Blanks at its end are the path's.
        path=/${line#* /}
        line=${line%% /*}
        owner=${line%% *}
        mode=${line##* }
        line=${line#* }
        group=${line%% *}
        file=$DPKG_ROOT$path
        if [ ! -f "$file" ] || [ -L "$file" ] || dpkg-statoverride --list "$path" >/dev/null; then
            continue
        fi
        owners=$(number_of passwd "$owner"):$(number_of group "$group")
        now=$(stat -c "$format" "$file")
        was=$(printf '%s\n' "$shipped" | while IFS= read -r line; do
            if [ "/${line#* /}" = "$path" ]; then
                line=${line%% /*}
                rest=${line#* }
                echo "$(number_of passwd "${line%% *}"):$(number_of group "${rest%% *}"):${line##* }"
            fi
        done)
        case "$now,$was" in
        "$owners:$mode",*) continue ;;
        "$was,$was") ;;
        # Not restricted before, and still so.
        "$(number_of passwd root):$(number_of group root):"*[4-7],) ;;
        *) continue ;;
        esac
        echo "$now $path" >>"$DPKG_ROOT/run/{{ package }}.protection"
        chmod "$mode" "$file"
        chown "$owners" "$file" || true
    done
    ;;
esac
