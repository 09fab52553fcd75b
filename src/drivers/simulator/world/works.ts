import type { Machine } from "./machine.ts";
import type { Ports } from "./ports.ts";
import type { Site } from "./site.ts";
import type { Stage } from "./stage.ts";

/** What the parts of a world work on. */
export interface Works {
  readonly stage: Stage;
  readonly machines: ReadonlyMap<string, Machine>;
  readonly site: Site;
  readonly ports: Ports;
  /** The machine of that name, settled; made when nobody has heard of it. */
  open(name: string): Machine;
  /** The machine of that name, settled, if anybody has heard of it. */
  find(name: string): Machine | undefined;
}
