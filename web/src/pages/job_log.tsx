import { effect, untracked } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { ask, asking, path } from "../client";
import { beat } from "../live";
import { local } from "../format";
import { Badge } from "../parts/badge";
import { Empty } from "../parts/shown";
import { Section } from "../parts/values";
import type { LogLine } from "../types";

interface Page {
  lines: LogLine[];
  next: string | null;
}

const KEPT = 1_000;

/** What the handler of a job has logged, line by line as it comes. */
export function JobLog({ id }: { id: string }) {
  const lines = useLines(path`jobs/${id}/log`);
  return (
    <Section title="Log">
      {lines.length ? (
        <ol class="log" tabIndex={0} aria-label="Log lines">
          {lines.map((line, place) => (
            <li key={place}>
              <time dateTime={line.at}>{local(line.at).slice(11)}</time> <Badge of={line.level} />{" "}
              <span>{line.text}</span>
            </li>
          ))}
        </ol>
      ) : (
        <Empty>Nothing was logged: what a handler gives to context.log stands here for a day.</Empty>
      )}
    </Section>
  );
}

/** Follows a log from where it was read last. */
function useLines(where: string): LogLine[] {
  const [lines, show] = useState<LogLine[]>([]);
  useEffect(() => {
    let after: string | null = null;
    let busy = false;
    let over = false;
    const look = async () => {
      if (busy) return;
      busy = true;
      const page: Page | null = await ask<Page>("GET", asking(where, { after })).catch(() => null);
      busy = false;
      if (over || !page) return;
      after = page.next ?? after;
      if (page.lines.length) show((before) => [...before, ...page.lines].slice(-KEPT));
    };
    const stop = effect(() => {
      void beat.value;
      untracked(() => void look());
    });
    return () => {
      over = true;
      stop();
    };
  }, [where]);
  return lines;
}
