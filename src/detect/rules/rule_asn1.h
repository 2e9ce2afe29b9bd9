/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_asn1.h - what is odd in a structure of ASN.1 (X.690): the keyword asn1. */
#ifndef DETECT_RULES_RULE_ASN1_H
#define DETECT_RULES_RULE_ASN1_H

#include "detect/rules/rule.h"

/* Whether the objects that begin these bytes have one of the faults that the rule asks for. */
bool rule_asn1_holds(const struct rule_asn1 *asked, struct bytes data);

#endif
