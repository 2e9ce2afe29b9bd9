/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_asset.h - `beffroi asset list` */
#ifndef APP_VERB_ASSET_H
#define APP_VERB_ASSET_H

int verb_asset_main(int argc, char **argv);

#endif
