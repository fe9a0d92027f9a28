import { asking } from "../client";
import { useFetched } from "../fetched";
import { overview } from "../live";
import { count } from "../format";
import { Empty, Shown } from "../parts/shown";
import { type Column, Table } from "../parts/table";
import { JobLink, QueueLink, Section, When } from "../parts/values";
import { to } from "../route";
import type { DeadLetter, Summary } from "../types";
import { lastError } from "./failures";
import { Causes } from "./dead_letter_causes";
import { Replay } from "./job_actions";

const WANTED = ["queue", "job_type", "reason", "error", "text"] as const;

interface Page {
  dead_letters: DeadLetter[];
  next: string | null;
}

const LOOK_MS = 10_000;

/** Changes with the number of dead letters, and now and then: they are many to count. */
function newDead(): string {
  const told = overview.value;
  return told ? `${told.counts.failed} ${Math.floor(Date.parse(told.at) / LOOK_MS)}` : "";
}

/** Dead letters: first by their causes, then one by one. */
export function DeadLetters({ query }: { query: URLSearchParams }) {
  const said = Object.fromEntries(WANTED.map((name) => [name, query.get(name)]));
  const summary = useFetched<Summary>(asking("dead-letters/summary", said), newDead);
  const page = useFetched<Page>(asking("dead-letters", { ...said, after: query.get("after") }));
  const filtered = WANTED.filter((name) => query.get(name));
  return (
    <>
      <h1>Dead letters</h1>
      {filtered.length > 0 && (
        <p class="bar">
          <span>
            Only {filtered.map((name) => `${name.replace("_", " ")} ${query.get(name)}`).join(", ")}
          </span>
          <a href={to("dead-letters")}>Show all</a>
        </p>
      )}
      <Shown of={summary}>{(data) => <Causes summary={data} />}</Shown>
      <Section title="One by one">
        <Shown of={page}>
          {({ dead_letters, next }) => (
            <>
              {dead_letters.length ? (
                <Table caption="Dead letters" columns={COLUMNS} rows={dead_letters} id={(one) => one.job_id} />
              ) : (
                <Empty>{next ? "None among those that were looked at." : "There is none."}</Empty>
              )}
              <p class="pages">
                {query.get("after") && <a href={to("dead-letters", "", said)}>From the start</a>}
                {next && <a href={to("dead-letters", "", { ...said, after: next })}>Further</a>}
              </p>
            </>
          )}
        </Shown>
      </Section>
    </>
  );
}

const COLUMNS: Column<DeadLetter>[] = [
  { head: "Job", cell: (one) => <JobLink id={one.job_id} /> },
  { head: "Type", cell: (one) => one.job_type },
  { head: "Queue", cell: (one) => <QueueLink name={one.queue} /> },
  { head: "Attempts", num: true, cell: (one) => count(one.attempts) },
  { head: "Error", wide: true, cell: lastError },
  { head: "Failed", cell: (one) => <When at={one.ended_at} /> },
  { head: "", cell: (one) => <Replay id={one.job_id} /> },
];
