# shellcheck shell=sh
# Name resolution that also works in the containers inside a machine.

# Where the engine's own DNS server listens. Containers inside (pods) cannot reach a loopback address of the machine, so
# the server is made to answer at the default gateway's address too, which is nowhere in use as a
# DNS server: the rules stay in this machine's network.
engine_dns=127.0.0.11
engine_dns_hex=0B00007F

# Finds the IPv4 default gateway in the kernel's table (addresses in hexadecimal, reversed).
find_gateway() {
	gateway=''
	while read -r _ destination hex _; do
		case "$destination $hex" in
		"00000000 00000000") continue ;;
		"00000000 "*) ;;
		*) continue ;;
		esac
		d=${hex%??????} c=${hex#"$d"} c=${c%????} b=${hex#????} b=${b%??} a=${hex#??????}
		gateway=$((0x$a)).$((0x$b)).$((0x$c)).$((0x$d))
		return
	done </proc/net/route
}

# find_dns_port tcp|udp: the engine passes requests on to a port that it chose; it is among the
# sockets of this network.
find_dns_port() {
	port=''
	while read -r _ local _; do
		[ "${local%:*}" = "$engine_dns_hex" ] || continue
		port=$((0x${local#*:}))
		return
	done <"/proc/net/$1"
}

# Whether the engine's DNS server is in use. The engine may have left alone a file that we wrote
# before a restart, so its own version is kept.
uses_engine_dns() {
	text=''
	while read -r line; do
		text="$text$line
"
	done </etc/resolv.conf
	case $text in
	*"nameserver $engine_dns"*) printf %s "$text" >/etc/resolv.conf.original ;;
	esac
	[ -s /etc/resolv.conf.original ]
}

# Puts the gateway's address in the place of the engine's DNS server.
write_resolv_conf() {
	text=''
	while read -r line; do
		case $line in
		'#'*) continue ;;
		"nameserver $engine_dns") line="nameserver $gateway" ;;
		search\ *) [ -z "${KIND_DNS_SEARCH+set}" ] || continue ;;
		esac
		text="$text$line
"
	done </etc/resolv.conf.original
	[ -z "${KIND_DNS_SEARCH-}" ] || text="${text}search $KIND_DNS_SEARCH
"
	printf %s "$text" >/etc/resolv.conf
}

# Lets the engine's DNS server answer at the gateway's address, to the node and to its pods.
redirect_dns() {
	rules=''
	for protocol in tcp udp; do
		find_dns_port "$protocol"
		[ -n "$port" ] || continue
		for chain in PREROUTING OUTPUT; do
			rules="$rules-A $chain -d $gateway/32 -p $protocol --dport 53 -j DNAT --to-destination $engine_dns:$port
"
		done
	done
	printf '*nat\n%sCOMMIT\n' "$rules" | iptables-restore --noflush
	echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet
}

share_engine_dns() {
	find_gateway
	if [ -n "$gateway" ] && uses_engine_dns; then
		redirect_dns
		write_resolv_conf
	fi
}
