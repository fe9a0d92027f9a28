/** Who looks at the page, and what that allows. */

import { signal } from "@preact/signals";
import type { Role, Session } from "./types";

/** Undefined until the server has said it, null where it knows nobody. */
export const who = signal<Session | null | undefined>(undefined);

const RANK: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

export function may(role: Role): boolean {
  return who.value != null && RANK[who.value.role] >= RANK[role];
}

/** Whether it is shown what concerns the whole deployment. */
export function seesAll(): boolean {
  return who.value != null && who.value.queues.length === 0 && who.value.types.length === 0;
}
