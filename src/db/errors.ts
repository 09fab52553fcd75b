/** A database that can't be opened or used. The message is one line with the next step; it holds no password. */
export class DatabaseError extends Error {
  override name = "DatabaseError";
}

/** The server at a PostgreSQL URL can't be reached, or does not let us in. */
export class DatabaseUnreachable extends DatabaseError {
  override name = "DatabaseUnreachable";
}

/** Another process works on the data directory. `pid` is its process id, absent in the moment before it has said so. */
export class DataDirectoryTaken extends DatabaseError {
  override name = "DataDirectoryTaken";
  readonly directory: string;
  readonly pid: number | undefined;

  constructor(directory: string, pid: number | undefined) {
    const holder = pid === undefined ? "another process" : `process ${pid}`;
    super(`the data directory ${directory} is in use by ${holder}; stop it, or choose another directory with --data`);
    this.directory = directory;
    this.pid = pid;
  }
}
