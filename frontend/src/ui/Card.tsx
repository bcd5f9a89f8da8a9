import type { ComponentChildren } from "preact";

interface Props {
  id: string;
  title: string;
  // One sentence under the title.
  lead: ComponentChildren;
  // What stands at the right of the title.
  aside?: ComponentChildren;
  children: ComponentChildren;
}

// A titled section of the page.
export function Card({ id, title, lead, aside, children }: Props) {
  return (
    <section class="card" id={id} aria-labelledby={`${id}-title`}>
      <header class="card-head">
        <h2 id={`${id}-title`}>{title}</h2>
        {aside}
        <p>{lead}</p>
      </header>
      {children}
    </section>
  );
}
