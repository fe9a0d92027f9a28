import type { ComponentChildren } from "preact";

export interface Column<T> {
  head: string;
  /** What stands in the head in the place of its name. */
  title?: ComponentChildren;
  cell: (row: T) => ComponentChildren;
  num?: boolean;
  wide?: boolean;
}

interface TableProps<T> {
  caption: string;
  columns: Column<T>[];
  rows: T[];
  id: (row: T) => string;
}

/** Rows with a head; where the screen is narrow, each row is a card. */
export function Table<T>({ caption, columns, rows, id }: TableProps<T>) {
  return (
    <div class="scroll">
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, title, num }) => (
              <th key={head} scope="col" class={num ? "num" : ""}>
                {title ?? (head || <span class="unseen">Actions</span>)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)}>
              {columns.map(({ head, cell, num, wide }) => (
                <td key={head} data-head={head} class={num ? "num" : wide ? "long" : ""}>
                  <div>{cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
