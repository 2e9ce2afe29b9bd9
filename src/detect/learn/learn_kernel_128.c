/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* 16 bytes are what every 64-bit processor has: SSE2, NEON. */
enum { LANES = 16 };
#define lanes_block learn_kernel_128_block
#include "detect/learn/learn_kernel_lanes.h"
