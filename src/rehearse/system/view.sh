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
if ! mount -t overlay -o lowerdir=.,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root; then
    # An overlay on an overlay, as in a container.
    cp -a . /mnt/root/
fi
if [ -n "$3" ]; then
    rm -f /mnt/root/etc/resolv.conf
    cp /etc/resolv.conf /mnt/root/etc/resolv.conf
    chown --reference=. /mnt/root/etc/resolv.conf
fi
