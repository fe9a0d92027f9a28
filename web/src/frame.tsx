import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ask } from "./client";
import { PAGES, showsKeys } from "./keys";
import { connection, overview } from "./live";
import { Circuits } from "./pages/circuits";
import { DeadLetters } from "./pages/dead_letters";
import { JobPage } from "./pages/job";
import { Jobs } from "./pages/jobs";
import { Keys } from "./pages/keys";
import { Overview } from "./pages/overview";
import { QueuePage } from "./pages/queue";
import { Queues } from "./pages/queues";
import { SchedulePage } from "./pages/schedule";
import { Schedules } from "./pages/schedules";
import { Workers } from "./pages/workers";
import { ConfirmPlace } from "./parts/confirm";
import { Notices } from "./parts/notice";
import { Empty } from "./parts/shown";
import { route, type Route, to } from "./route";
import { Search } from "./search";
import { nextTheme, theme } from "./theme";
import { who } from "./who";

/** What stands around each page: the way to the others, the search, and how the server is. */
export function Frame() {
  const main = useRef<HTMLElement>(null);
  const { page, id } = route.value;
  useEffect(() => {
    const heading = main.current?.querySelector("h1");
    document.title = `${heading?.textContent ?? "jobsys"} · jobsys`;
    scrollTo(0, 0);
  }, [page, id]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the page
      </button>
      <header class="top">
        <a class="brand" href={to("overview")}>
          jobsys
        </a>
        <Search />
        <Live />
        <button type="button" class="plain" onClick={nextTheme} aria-label={`Colours: ${theme.value}`}>
          {theme.value === "auto" ? "◐ auto" : theme.value === "dark" ? "● dark" : "○ light"}
        </button>
        <User />
      </header>
      <nav aria-label="Pages">
        {PAGES.map((one) => (
          <a key={one.page} href={to(one.page)} aria-current={one.page === page ? "page" : undefined}>
            {one.name}
            <Alarm of={one.page} />
          </a>
        ))}
      </nav>
      <main ref={main} id="main" tabIndex={-1}>
        <Trouble />
        {shown(route.value)}
      </main>
      <ConfirmPlace />
      <Notices />
      {showsKeys.value && <Keys />}
    </>
  );
}

function shown({ page, id, query }: Route): ComponentChildren {
  switch (page) {
    case "overview":
      return <Overview />;
    case "queues":
      return id ? <QueuePage key={id} name={id} /> : <Queues />;
    case "jobs":
      return id ? <JobPage key={id} id={id} /> : <Jobs query={query} />;
    case "dead-letters":
      return <DeadLetters query={query} />;
    case "schedules":
      return id ? <SchedulePage key={id} id={id} /> : <Schedules />;
    case "workers":
      return <Workers />;
    case "circuits":
      return <Circuits />;
    default:
      return (
        <Empty>
          <h1>There is no such page</h1>
          <p>
            <a href={to("overview")}>The overview</a> leads everywhere.
          </p>
        </Empty>
      );
  }
}

/** How many of what a page is about want to be seen to. */
function Alarm({ of }: { of: string }) {
  const told = overview.value;
  const number = { "dead-letters": told?.counts.failed, workers: told?.workers.silent, circuits: told?.circuits.open }[of];
  return number ? <span class="count">{number > 999 ? "999+" : number}</span> : null;
}

function Live() {
  const said = { connecting: "connecting", live: "live", lost: "lost" }[connection.value];
  return (
    <span class={`live ${connection.value}`} role="status">
      {said}
    </span>
  );
}

/** Says where what is shown may not be how it is. */
function Trouble() {
  const backend = overview.value?.backend;
  if (connection.value === "lost") {
    return (
      <p class="banner" role="alert">
        The server does not answer. What you see is as it was; the page goes on by itself.
      </p>
    );
  }
  return backend && !backend.answers ? (
    <p class="banner" role="alert">
      The backend does not answer{backend.error ? `: ${backend.error}` : ""}. What you see is as it was.
    </p>
  ) : null;
}

function User() {
  const leave = async () => {
    await ask("POST", "logout").catch(() => null);
    who.value = null;
  };
  return (
    <span class="user">
      <span>
        {who.value?.name} <small>{who.value?.role}</small>
      </span>
      <button type="button" class="plain" onClick={() => void leave()}>
        {who.value?.name === "anonymous" ? "Log in" : "Log out"}
      </button>
    </span>
  );
}
