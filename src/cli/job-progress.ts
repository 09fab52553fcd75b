import { type Task, TaskState } from "../../gen/bedplate/orchestrator/v1/job_pb.js";
import { colored, note } from "./output.ts";
import { stepWord } from "./step-word.ts";
import { taskStateWord } from "./task-state-word.ts";
import { cut } from "./wrapped-text.ts";

/** Shows how a job is doing while it runs, on standard error. */
export interface JobProgress {
  /** The tasks there are, before anything is known of what became of them. */
  begin(tasks: readonly Task[]): void;
  /** The tasks that changed. */
  show(tasks: readonly Task[]): void;
  /** Something the person who follows has to do. */
  say(notice: string): void;
  /** Leaves the last picture standing. */
  end(): void;
}

/** A table that redraws itself in a terminal; one line for each task that begins or ends elsewhere. */
export function createJobProgress(): JobProgress {
  return process.stderr.isTTY === true ? createTable() : createLines();
}

function createLines(): JobProgress {
  const shown = new Map<string, TaskState>();
  return {
    begin() {},
    show(tasks) {
      for (const task of tasks) {
        if (shown.get(task.stepId) === task.state) continue;
        shown.set(task.stepId, task.state);
        if (task.state === TaskState.PENDING) continue;
        note(
          `${task.subject} ${stepWord(task.kind)}: ${taskStateWord(task.state)}${task.message === "" ? "" : `: ${task.message}`}`,
        );
      }
    },
    say: note,
    end() {},
  };
}

function createTable(): JobProgress {
  const tasks = new Map<string, Task>();
  const notices: string[] = [];
  let lines = 0;
  let due: NodeJS.Timeout | undefined;
  const draw = () => {
    due = undefined;
    const rows = (process.stderr.rows ?? 40) - 2 - notices.length;
    const columns = process.stderr.columns ?? 100;
    const said = notices.map((notice) => cut(notice, columns - 1));
    const picture = [...said, ...render([...tasks.values()], columns, rows)];
    const up = lines === 0 ? "" : `\u001b[${lines}A`;
    process.stderr.write(`${up}\u001b[0J${picture.join("\n")}\n`);
    lines = picture.length;
  };
  return {
    begin(all) {
      for (const task of all) tasks.set(task.stepId, task);
    },
    show(changed) {
      for (const task of changed) tasks.set(task.stepId, task);
      due ??= setTimeout(draw, 100);
    },
    say(notice) {
      notices.push(notice);
      // What had to be done before is done, or is said again.
      if (notices.length > 2) notices.shift();
      due ??= setTimeout(draw, 100);
    },
    end() {
      clearTimeout(due);
      if (tasks.size > 0) draw();
    },
  };
}

/** One line for each subject: a mark for each of its tasks, and what goes on. */
function render(tasks: readonly Task[], columns: number, rows: number): string[] {
  const bySubject = new Map<string, Task[]>();
  for (const task of tasks.toSorted((a, b) => a.sequence - b.sequence))
    bySubject.set(task.subject, [...(bySubject.get(task.subject) ?? []), task]);
  const width = Math.max(0, ...[...bySubject.keys()].map((name) => name.length));
  const most = Math.max(...[...bySubject.values()].map((own) => own.length), 1);
  const lines = [...bySubject].map(([name, own]) => {
    const now =
      own.find(
        (task) => task.state === TaskState.RUNNING || task.state === TaskState.STUCK || task.state === TaskState.FAILED,
      ) ?? own.findLast((task) => task.state !== TaskState.PENDING);
    const text =
      now === undefined
        ? "waiting"
        : `${stepWord(now.kind)} ${taskStateWord(now.state)}${now.state === TaskState.RUNNING && now.percent > 0 ? ` ${now.percent}%` : ""}${now.message === "" ? "" : `: ${now.message}`}`;
    const room = Math.max(10, columns - width - most - 6);
    return `${name.padEnd(width)}  ${own.map(mark).join("")}${" ".repeat(most - own.length)}  ${text.length > room ? `${text.slice(0, room - 1)}…` : text}`;
  });
  const ended = tasks.filter((task) => task.state >= TaskState.SUCCEEDED).length;
  const head = `${ended}/${tasks.length} tasks`;
  if (lines.length + 1 <= rows) return [head, ...lines];
  return [head, ...lines.slice(0, Math.max(1, rows - 2)), `… and ${lines.length - Math.max(1, rows - 2)} more`];
}

function mark(task: Task): string {
  switch (task.state) {
    case TaskState.SUCCEEDED:
      return colored("■", "green");
    case TaskState.SKIPPED:
      return colored("=", "green");
    case TaskState.FAILED:
      return colored("✗", "red");
    case TaskState.RUNNING:
      return colored("▸", "yellow");
    case TaskState.STUCK:
      return colored("!", "red");
    default:
      return "·";
  }
}
