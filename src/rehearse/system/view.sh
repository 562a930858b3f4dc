# Mounts the copy-on-write view of root $1 at /mnt/root. What is written lies in memory, at most $2
# of it. /mnt is used because every machine has it; the mount namespace is private, so nobody else
# sees it. With $3, the system is to use the network of this machine.
set -e
cd "$1"
mount -t tmpfs -o "mode=0755${2:+,size=$2}" tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
chmod 0755 /mnt/upper
chown --reference=. /mnt/upper
# Relative, since commas and colons of the path would end it; and it may lie below /mnt.
overlay() {
    mount -t overlay -o "${1}lowerdir=.,upperdir=/mnt/upper,workdir=/mnt/work" overlay /mnt/root
}
# Returns whether a directory can be renamed, as dpkg does: mv(1) copies it where the kernel refuses.
renames() {
    local number
    mkdir /mnt/root/.before
    number=$(stat -c %i /mnt/root/.before)
    mv /mnt/root/.before /mnt/root/.after
    [ "$number" = "$(stat -c %i /mnt/root/.after)" ]
    set -- "$?"
    rmdir /mnt/root/.after
    return "$1"
}
# In the namespace of an ordinary user the overlay has other attributes, which older kernels have not.
read -r _ number _ </proc/self/uid_map
options=
[ "$number" = 0 ] || options=userxattr,
if ! overlay "$options"; then
    # An overlay on an overlay, as in a container.
    cp -a . /mnt/root/
elif [ -n "$options" ] && ! renames; then
    umount /mnt/root
    cp -a . /mnt/root/
fi
if [ -n "$3" ]; then
    rm -f /mnt/root/etc/resolv.conf
    cp /etc/resolv.conf /mnt/root/etc/resolv.conf
    chown --reference=. /mnt/root/etc/resolv.conf
fi
