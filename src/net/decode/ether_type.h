/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/decode/ether_type.h - the EtherTypes (IEEE 802) that are decoded, and those that are ordinary. */
#ifndef NET_DECODE_ETHER_TYPE_H
#define NET_DECODE_ETHER_TYPE_H

#include "core/bytes.h"

enum {
	ETHER_TYPE_IPV4 = 0x0800,
	ETHER_TYPE_ARP = 0x0806,
	ETHER_TYPE_BRIDGED = 0x6558,
	ETHER_TYPE_VLAN = 0x8100,
	ETHER_TYPE_IPV6 = 0x86dd,
	ETHER_TYPE_PPP = 0x880b,
	ETHER_TYPE_MPLS = 0x8847,
	ETHER_TYPE_MPLS_UPSTREAM = 0x8848,
	ETHER_TYPE_PPPOE_DISCOVERY = 0x8863,
	ETHER_TYPE_PPPOE_SESSION = 0x8864,
	ETHER_TYPE_ERSPAN = 0x88be,
	ETHER_TYPE_VLAN_SERVICE = 0x88a8,
	ETHER_TYPE_VLAN_9100 = 0x9100,
	ETHER_TYPE_ERSPAN_3 = 0x22eb,
	ETHER_TYPE_WCCP = 0x883e,
	ETHER_TYPE_BACKBONE = 0x88e7,
	ETHER_TYPE_FABRIC_PATH = 0x8903,
	ETHER_TYPE_VNTAG = 0x8926,
	ETHER_TYPE_ETAG = 0x893f,
};

static inline bool
ether_type_is_decoded(uint16_t type)
{
	return type == ETHER_TYPE_IPV4 || type == ETHER_TYPE_IPV6 || type == ETHER_TYPE_ARP || type == ETHER_TYPE_BRIDGED ||
	    type == ETHER_TYPE_VLAN || type == ETHER_TYPE_VLAN_SERVICE || type == ETHER_TYPE_VLAN_9100 ||
	    type == ETHER_TYPE_MPLS || type == ETHER_TYPE_MPLS_UPSTREAM || type == ETHER_TYPE_PPPOE_DISCOVERY ||
	    type == ETHER_TYPE_PPPOE_SESSION;
}

/* Not decoded, but seen on healthy networks: no anomaly. */
static inline bool
ether_type_is_known(uint16_t type)
{
	static const uint16_t known[] = {
	    0x0842,                                         /* Wake-on-LAN */
	    0x2000,                                         /* CDP */
	    0x22f0,                                         /* AVB */
	    0x22f3,                                         /* TRILL */
	    0x6000, 0x6001, 0x6002, 0x6003, 0x6004, 0x6007, /* DEC */
	    0x8035,                                         /* RARP */
	    0x809b, 0x80f3,                                 /* AppleTalk */
	    0x8137,                                         /* IPX */
	    0x8204,                                         /* QNX */
	    0x8809,                                         /* slow protocols: LACP */
	    0x8808,                                         /* flow control */
	    0x8819,                                         /* CobraNet */
	    0x8870,                                         /* jumbo LLC */
	    0x887b,                                         /* HomePlug */
	    0x888e,                                         /* EAPOL */
	    0x8892,                                         /* PROFINET */
	    0x8899,                                         /* Realtek */
	    0x889a,                                         /* HyperSCSI */
	    0x88a2,                                         /* ATA over Ethernet */
	    0x88a4,                                         /* EtherCAT */
	    0x88ab,                                         /* Powerlink */
	    0x88b5, 0x88b6,                                 /* local experiments */
	    0x88b8, 0x88b9, 0x88ba,                         /* GOOSE, GSE, SV */
	    0x88c7,                                         /* 802.11i */
	    0x88cc,                                         /* LLDP */
	    0x88cd,                                         /* SERCOS */
	    0x88d9,                                         /* LLTD */
	    0x88e1,                                         /* HomePlug AV */
	    0x88e3,                                         /* MRP */
	    0x88e5,                                         /* MACsec */
	    0x88f5,                                         /* MVRP */
	    0x88f7,                                         /* PTP */
	    0x88fb,                                         /* PRP */
	    0x8902,                                         /* CFM */
	    0x8906, 0x8914,                                 /* FCoE */
	    0x890d,                                         /* TDLS */
	    0x892f,                                         /* HSR */
	    0x893a,                                         /* 1905.1 */
	    0x9000,                                         /* loop test */
	};
	for (size_t i = 0; i < LENGTH_OF(known); i++)
		if (known[i] == type)
			return true;
	return false;
}

#endif
