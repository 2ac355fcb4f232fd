# shellcheck shell=sh
# The network part of the entrypoint, which sources it: name resolution, and a node whose address changed while it
# was stopped.

# shellcheck source=manifests/node-image/files/usr/local/lib/engine-dns.sh
. /usr/local/lib/engine-dns.sh

# The node's own addresses are those that the engine wrote beside its name.
find_own_addresses() {
	ipv4='' ipv6=''
	read -r own_name </proc/sys/kernel/hostname
	while read -r address names; do
		case " $names " in
		*" $own_name "*) ;;
		*) continue ;;
		esac
		case $address in
		*:*) ipv6=${ipv6:-$address} ;;
		*) ipv4=${ipv4:-$address} ;;
		esac
	done </etc/hosts
}

# notice_address ADDRESS FILE: compares it with that of the last start, and remembers it.
notice_address() {
	old=''
	[ -n "$1" ] || return 0
	[ ! -s "$2" ] || read -r old <"$2"
	[ "$old" != "$1" ] || return 0
	echo "$1" >"$2"
	[ -z "$old" ] || /usr/local/lib/node-address-changed "$old" "$1"
}

share_engine_dns
find_own_addresses
notice_address "$ipv4" /kind/old-ipv4
notice_address "$ipv6" /kind/old-ipv6
