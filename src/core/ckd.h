/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/ckd.h - C23's checked arithmetic under its own names, until the compiler brings it.
 * Each returns true when the exact result does not fit.
 */
#ifndef CORE_CKD_H
#define CORE_CKD_H

#define ckd_add(result, a, b) __builtin_add_overflow((a), (b), (result))
#define ckd_sub(result, a, b) __builtin_sub_overflow((a), (b), (result))
#define ckd_mul(result, a, b) __builtin_mul_overflow((a), (b), (result))

#endif
