// The one error both clients show: the server's stable code and its sentence for people.

export interface ErrorBody {
  code: string;
  message: string;
  details?: Record<string, unknown>;
}

export class AppError extends Error {
  readonly code: string;
  readonly details: Record<string, unknown>;

  constructor(body: ErrorBody) {
    super(body.message);
    this.name = "AppError";
    this.code = body.code;
    this.details = body.details ?? {};
  }
}

/** Raised when the server could not be reached or did not answer in time: worth trying again. */
export class ConnectionLost extends Error {
  constructor() {
    super("connection lost");
    this.name = "ConnectionLost";
  }
}

export function isErrorBody(value: unknown): value is ErrorBody {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as ErrorBody).code === "string" &&
    typeof (value as ErrorBody).message === "string"
  );
}
