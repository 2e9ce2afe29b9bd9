// SPDX-License-Identifier: AGPL-3.0-or-later
import { common } from "./common.ts";
import { incidents } from "./incidents.ts";
import { watch } from "./watch.ts";
import { council } from "./council.ts";

export const words = { ...common, ...incidents, ...watch, ...council } as const;
export type Word = keyof typeof words;
