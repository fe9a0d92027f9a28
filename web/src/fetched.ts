/** What a part of the page shows of the server, kept fresh. */

import { computed, effect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { ask, Problem } from "./client";
import { beat, changed } from "./live";

export interface Fetched<T> {
  data?: T;
  problem?: Problem;
}

const LEAST_GAP_MS = 400;

/** Paces: what is fetched again whenever the signals change that they read. */
const live = () => beat.value;
export const calm = () => null;

/**
 * Fetches a path, again at its pace, and after each change from this page: never two at once.
 * The last data stay where a later fetch goes wrong.
 */
export function useFetched<T>(where: string | null, pace: () => unknown = live): Fetched<T> {
  const [shown, show] = useState<Fetched<T> & { where?: string | null }>({});
  useEffect(() => {
    if (where === null) return;
    const keeper = new Keeper<T>(where, (found) =>
      show((before) => ({ ...(before.where === where ? before : {}), problem: undefined!, ...found, where })),
    );
    const due = computed(pace);
    const stop = effect(() => {
      void [due.value, changed.value];
      void keeper.look(beat.peek().seen);
    });
    return () => {
      stop();
      keeper.over = true;
    };
  }, [where]);
  return shown.where === where ? shown : {};
}

class Keeper<T> {
  over = false;
  #busy = false;
  #again = false;
  #begun = -Infinity;

  constructor(
    readonly where: string,
    readonly tell: (found: Fetched<T>) => void,
  ) {}

  async look(seen?: string): Promise<void> {
    if (this.#busy || (seen && performance.now() - this.#begun < LEAST_GAP_MS)) {
      this.#again ||= !seen;
      return;
    }
    this.#busy = true;
    this.#begun = performance.now();
    const found = await this.#found(seen);
    this.#busy = false;
    if (this.over) return;
    this.tell(found);
    if (this.#again) {
      this.#again = false;
      await this.look();
    }
  }

  async #found(seen?: string): Promise<Fetched<T>> {
    try {
      return { data: await ask<T>("GET", this.where, undefined, seen) };
    } catch (error) {
      return { problem: error instanceof Problem ? error : new Problem(0, "PAGE", String(error)) };
    }
  }
}
