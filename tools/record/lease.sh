#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# What udhcpc does with a lease inside a namespace: the card and the route, nothing else.
case "$1" in
deconfig) ip addr flush dev "$interface" ;;
bound | renew)
	ip addr replace "$ip/24" dev "$interface"
	[ -n "$router" ] && ip route replace default via "$router"
	;;
esac
exit 0
